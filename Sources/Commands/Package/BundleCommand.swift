import ArgumentParser
import Converters
import Diagnostics

/// `mkdkms bundle`: prebuilt modules with their own installer.
struct BundleCommand: Verb {
    static let schemaName = "bundle"
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: "Write prebuilt modules for many kernels, with an installer that needs nothing but sh.",
        discussion: """
            The bundle is signed when --sign-key is given; its install --cert then verifies it first.

            Example: mkdkms bundle /usr/src/hello-1.5.0 -k all --sign-key mok.key --sign-cert mok.pem
            """)

    @OptionGroup var tree: TreeOptions
    @OptionGroup var output: OutputFlags
    @OptionGroup var build: BuildFlags
    @OptionGroup var from: ModuleSourceFlags
    @OptionGroup var archive: ArchiveFlags
    @OptionGroup var templates: TemplateFlags
    @OptionGroup var plan: PlanFlags
    @OptionGroup var talk: TalkOptions
    @OptionGroup var progress: ProgressOptions
    // Words of other artifacts: taken, so that one list of options serves every verb.
    @OptionGroup(visibility: .hidden) var metadata: MetadataFlags

    @Flag(help: "Carry the source too, for kernels that no prebuilt module fits.")
    var withSource = false

    var flags: ReleaseFlags {
        ReleaseFlags(
            tree: tree, output: output, build: build, from: from, archive: archive, templates: templates,
            plan: plan)
    }

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        try await flags.produce(
            [BundleConverter(carriesSource: withSource)], from: try flags.requiredSource(), events)
    }
}

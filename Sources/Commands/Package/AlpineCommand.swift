import ArgumentParser
import Converters
import Diagnostics
import Kernels

/// `mkdkms alpine`: an APKBUILD and the AKMBUILD that akms reads.
struct AlpineCommand: Verb {
    static let schemaName = "alpine"
    static let configuration = CommandConfiguration(
        commandName: "alpine",
        abstract: "Write an APKBUILD and AKMBUILD for Alpine Linux, with the source beside them.",
        discussion: """
            akms, Alpine's own way to build modules, reads the AKMBUILD; edit both before abuild sees them.

            Example: mkdkms alpine /usr/src/hello-1.5.0 -o out
            """)

    @OptionGroup var tree: TreeOptions
    @OptionGroup var output: OutputFlags
    @OptionGroup var metadata: MetadataFlags
    @OptionGroup var templates: TemplateFlags
    @OptionGroup var plan: PlanFlags
    @OptionGroup var talk: TalkOptions
    @OptionGroup var progress: ProgressOptions

    var flags: ReleaseFlags {
        ReleaseFlags(tree: tree, output: output, metadata: metadata, templates: templates, plan: plan)
    }

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        try tree.demandTarget(of: .apk)
        return try await flags.produce([AlpineConverter()], from: .none, events)
    }
}

import ArgumentParser
import Converters
import Diagnostics

/// `mkdkms tarball`: dkms's own tarballs.
struct TarballCommand: Verb {
    static let schemaName = "tarball"
    static let configuration = CommandConfiguration(
        commandName: "tarball",
        abstract: "Write .dkms.tar.* files that dkms ldtarball loads.",
        discussion: """
            Without -k one file with the source only; with -k one file per kernel, the modules in it.

            Example: mkdkms tarball /usr/src/hello-1.5.0 -k 6.1.0-56-amd64 --binaries-only -o out
            """)

    @OptionGroup var tree: TreeOptions
    @OptionGroup var output: OutputFlags
    @OptionGroup var build: BuildFlags
    @OptionGroup var from: ModuleSourceFlags
    @OptionGroup var archive: ArchiveFlags
    @OptionGroup var plan: PlanFlags
    @OptionGroup var talk: TalkOptions
    @OptionGroup var progress: ProgressOptions
    // Words of other artifacts: taken, so that one list of options serves every verb.
    @OptionGroup(visibility: .hidden) var metadata: MetadataFlags
    @OptionGroup(visibility: .hidden) var templates: TemplateFlags

    @Flag(help: "Leave the source out.")
    var binariesOnly = false

    @Flag(help: "Put all kernels into one file; dkms 3.x loads only its first kernel.")
    var oneFile = false

    var flags: ReleaseFlags {
        ReleaseFlags(tree: tree, output: output, build: build, from: from, archive: archive, plan: plan)
    }

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        let source = binariesOnly || oneFile ? try flags.requiredSource() : try flags.source()
        if oneFile {
            events(
                .diagnostic(
                    .warning(
                        "one-file", "dkms 3.x loads only the first kernel of a tarball that holds several",
                        hint: "drop --one-file to get a tarball per kernel")))
        }
        return try await flags.produce(
            [TarballConverter(isBinariesOnly: binariesOnly, isOneFile: oneFile)], from: source, events)
    }
}

import ArgumentParser
import Converters
import Diagnostics
import Inputs
import Kbuild
import SystemPackage

/// `mkdkms modules`: the built modules themselves.
struct ModulesCommand: Verb {
    static let schemaName = "modules"
    static let configuration = CommandConfiguration(
        commandName: "modules",
        abstract: "Build, sign and compress the modules, and write them as files.",
        discussion: """
            Writes KERNEL/ARCH/NAME.ko with make.log and unit.json beside it; the converters take the folder with --from.

            Example: mkdkms modules /usr/src/hello-1.5.0 -k 6.1.0-56-amd64 -o built
            """)

    @OptionGroup var tree: TreeOptions
    @OptionGroup var output: OutputFlags
    @OptionGroup var build: BuildFlags
    @OptionGroup var talk: TalkOptions
    @OptionGroup var progress: ProgressOptions
    // Words of other artifacts: taken, so that one list of options serves every verb.
    @OptionGroup(visibility: .hidden) var archive: ArchiveFlags
    @OptionGroup(visibility: .hidden) var metadata: MetadataFlags
    @OptionGroup(visibility: .hidden) var templates: TemplateFlags

    var flags: ReleaseFlags {
        ReleaseFlags(tree: tree, output: output, build: build)
    }

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        let source = ModuleSource.kernels(try build.requiredKernels())
        let loaded = try await tree.load(events)
        let production = try flags.production(loaded, source, events)
        let written = try await production.writeModules()
        _ = consume loaded
        var document = ArtifactsDocument(written)
        for index in document.units.indices {
            document.units[index].modules = written.artifacts.filter {
                $0.name.kernels == [document.units[index].kernel]
            }.map { $0.path.absolute.string }.sorted()
        }
        return Report(
            text: written.artifacts.map { $0.path.string + "\n" }.joined(), document: document,
            failures: written.units.failures, status: written.units.exitStatus)
    }
}

import Converters
import Cryptography
import Diagnostics
import Kernels
import SystemPackage
import Templates

/// What a verb is told of the release that it makes.
///
/// Each verb has the groups of options that it can use; one that it lacks is nil, and its values are those
/// of a command line without them; kernels can be asked for only where there is `build`.
struct ReleaseFlags {
    let tree: TreeOptions
    let output: OutputFlags
    var build: BuildFlags?
    var from: ModuleSourceFlags?
    var archive: ArchiveFlags?
    var metadata: MetadataFlags?
    var templates: TemplateFlags?
    var packageKey: PackageKeyFlags?
    var hooks: HookFlags?
    var plan: PlanFlags?

    var outputFolder: FilePath { output.folder }

    var isDryRun: Bool { plan?.dryRun ?? false }

    func source() throws(Diagnostic) -> ModuleSource {
        if let built = try builtModules() { return built }
        let kernels = try build?.kernels() ?? []
        return kernels.isEmpty ? .none : .kernels(kernels)
    }

    /// As ``source()``, where modules are needed.
    func requiredSource() throws(Diagnostic) -> ModuleSource {
        if let built = try builtModules() { return built }
        return .kernels(try build?.requiredKernels() ?? [])
    }

    private func builtModules() throws(Diagnostic) -> ModuleSource? {
        guard let from, let folder = from.folder else { return nil }
        return .folder(folder, releases: try chosenReleases(), named: from.place)
    }

    /// The kernels of `--from` that `-k` chooses, empty for all.
    ///
    /// They need not be installed here.
    private func chosenReleases() throws(Diagnostic) -> [String] {
        guard let build, !build.names.contains("all") else { return [] }
        var releases: [String] = []
        for name in build.names {
            releases += name.contains("/") ? try build.find([name]).map(\.release) : [name]
        }
        return releases
    }

    func settings(identity: SigningIdentity?) throws(Diagnostic) -> ReleaseSettings {
        let threads = try output.jobCount()
        var settings = ReleaseSettings(
            target: try tree.distribution(),
            archiveCompression: try archive?.compression(threads: threads),
            moduleCompression: try build?.modules.format(), threads: threads,
            templates: try templates?.library() ?? TemplateLibrary(directory: nil),
            identity: identity)
        settings.packageSigner = try packageKey?.signer()
        settings.hooks = try hooks?.policy() ?? .lenient
        return settings
    }
}

import Streams
import SystemPackage

/// The kernels that use a module which was built for another one, through the links of weak-modules in
/// `weak-updates/` (dkms 3.4.3, `module_status_weak`, whose condition is the wrong way round, so that it never reports).
struct WeakInstallations {
    let engine: Engine

    func statuses(kernel: String, architecture: String) -> [ModuleStatus] {
        let tree = engine.tree
        var found: [ModuleStatus] = []
        for name in (try? Files.names(in: tree.installTree)) ?? [] where kernel.isEmpty || kernel == name {
            let folder = tree.installTree.appending(name).appending("weak-updates")
            for entry in (try? Files.entries(in: folder)) ?? [] where entry.kind == .symbolicLink {
                guard let target = try? Files.canonical(folder.appending(entry.name)),
                    let (package, build) = owner(of: target)
                else { continue }
                guard architecture.isEmpty || architecture == build.architecture,
                    engine.request.module.isEmpty || engine.request.module == package.module,
                    engine.request.version.isEmpty || engine.request.version == package.version
                else { continue }
                let status = ModuleStatus(
                    module: package.module, version: package.version, kernel: name,
                    architecture: build.architecture, state: .installedWeak, builtFor: build.kernel)
                if !found.contains(status) { found.append(status) }
            }
        }
        return found
    }

    /// Whose active build an installed file is.
    private func owner(of file: FilePath) -> (DkmsTree.Package, DkmsTree.Build)? {
        let tree = engine.tree
        guard let name = file.lastComponent?.string else { return nil }
        for package in tree.packages() {
            for build in tree.builds(package) where tree.isActive(package, build) {
                let built = tree.modules(package, build).appending(name)
                if Files.isRegularFile(built), InstalledModules.isSameFile(built, file) {
                    return (package, build)
                }
            }
        }
        return nil
    }
}

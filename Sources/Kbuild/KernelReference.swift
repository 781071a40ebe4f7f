import Diagnostics
package import KernelModule
import Kernels
import Streams
package import SystemPackage

extension ModuleProof.Kernel {
    /// The measure for modules just built: the kernel's release, and the size of `struct module` in one of the modules
    /// that came with its image, where the image is installed.
    init(_ kernel: KernelTarget) {
        let size =
            kernel.isInstalled
            ? Self.structModuleSize(below: kernel.modulesFolder.appending("kernel")) : nil
        self.init(release: kernel.release, structModuleSize: size)
    }

    static func firstModule(in folder: FilePath) -> FilePath? {
        for name in (try? Files.names(in: folder)) ?? [] {
            let path = folder.appending(name)
            if name.contains(".ko") { return path }
            if (try? Files.status(path))?.kind == .directory, let found = firstModule(in: path) {
                return found
            }
        }
        return nil
    }
}

extension ModuleProof.Kernel {
    /// The measure for a kernel known by its name and its folder below `/lib/modules`.
    package init(release: String, modulesFolder: FilePath) {
        self.init(
            release: release,
            structModuleSize: Self.structModuleSize(below: modulesFolder.appending("kernel")))
    }

    private static func structModuleSize(below folder: FilePath) -> Int? {
        firstModule(in: folder).flatMap { path in (try? ModuleFile(contentsOf: path))?.structModuleSize }
    }
}

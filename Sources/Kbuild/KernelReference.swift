import Diagnostics
import KernelModule
import Kernels
import Streams
import SystemPackage

extension ModuleProof.Kernel {
    /// The measure for modules just built: the kernel's release, and the size of `struct module` in one of the modules
    /// that came with its image, where the image is installed.
    init(_ kernel: KernelTarget) {
        let own = kernel.isInstalled ? Self.firstModule(in: kernel.modulesFolder.appending("kernel")) : nil
        let size = own.flatMap { path in
            do throws(Diagnostic) {
                return try ModuleFile(contentsOf: path).structModuleSize
            } catch {
                return nil
            }
        }
        self.init(release: kernel.release, structModuleSize: size)
    }

    private static func firstModule(in folder: FilePath) -> FilePath? {
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

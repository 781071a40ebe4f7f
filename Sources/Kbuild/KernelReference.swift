import Diagnostics
import KernelModule
import Kernels
import Streams
import SystemPackage

/// What the kernel's own modules look like: the measure for the ones just built.
struct KernelReference: Sendable {
    let release: String
    /// Bytes of `.gnu.linkonce.this_module`; nil where no module of the kernel itself is at hand.
    let moduleStructureSize: Int?

    /// Reads one module of the kernel's image package where that is installed.
    init(_ kernel: KernelTarget) {
        release = kernel.release
        moduleStructureSize = Self.firstModule(in: kernel.modulesFolder.appending("kernel")).flatMap { path in
            do throws(Diagnostic) {
                return try ModuleFile(bytes: try Files.read(path)).facts.moduleStructureSize
            } catch {
                return nil
            }
        }
    }

    /// `built-for-other-kernel` where a module would not load, naming the headers that make entered.
    func fault(of facts: ModuleFacts, entered: [String]) -> Diagnostic? {
        ModuleProof(release: release, moduleStructureSize: moduleStructureSize).fault(of: facts, headersEntered: entered)
    }

    private static func firstModule(in folder: FilePath) -> FilePath? {
        for name in (try? Files.names(in: folder)) ?? [] {
            let path = folder.appending(name)
            if name.contains(".ko") { return path }
            if (try? Files.status(path))?.kind == .directory, let found = firstModule(in: path) { return found }
        }
        return nil
    }
}

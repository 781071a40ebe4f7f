import Synchronization
import SystemPackage

/// The compression suffix of each kernel's modules, looked up once for each.
final class KernelSuffixes: Sendable {
    private let installTree: FilePath
    private let known = Mutex<[String: String]>([:])

    init(installTree: FilePath) { self.installTree = installTree }

    func suffix(_ kernel: String) -> String {
        known.withLock { known in
            if let suffix = known[kernel] { return suffix }
            let suffix = ModuleStore.compressedSuffix(below: installTree.appending(kernel))
            known[kernel] = suffix
            return suffix
        }
    }
}

import DkmsConf
import Streams
import SystemPackage

/// Kernels that are installed without their headers: nothing can be built for them, and nobody would notice.
extension Engine {
    /// The kernels with modules of their own, oldest first.
    var installedKernels: [String] {
        ((try? Files.names(in: tree.installTree)) ?? []).filter { name in
            let folder = tree.installTree.appending(name)
            return DkmsTree.isKernelName(name)
                && ["kernel", "modules.builtin", "vmlinuz"].contains {
                    Files.exists(folder.appending($0))
                }
        }.sorted { KernelRelease($0) < KernelRelease($1) }
    }

    /// The line that tells how to get a kernel's headers; none for a kernel that isn't there either.
    func headersHint(_ kernel: String) -> String? {
        guard Files.isDirectory(tree.installTree.appending(kernel)) else { return nil }
        return "Install them with: \(identity.headersCommand(kernel: kernel))"
    }

    /// Says which installed kernels have no headers although modules wait for them.
    func reportMissingHeaders() async {
        let kernels = request.kernels.isEmpty ? installedKernels : request.kernels
        let architecture = request.architectures.first ?? KernelPlace.running.machine
        for kernel in kernels where installedKernels.contains(kernel) {
            let build = DkmsTree.Build(kernel: kernel, architecture: architecture)
            guard !place(build).hasHeaders else { continue }
            var waiting: [String] = []
            for package in tree.packages(module: request.module, version: request.version)
            where tree.isAdded(package) && !tree.isBuilt(package, build) {
                if await quietConf(package, build)?.autoinstalls == true { waiting.append(package.module) }
            }
            guard !waiting.isEmpty, let hint = headersHint(kernel) else { continue }
            console.warn(
                "Kernel \(kernel) has no headers here, so these modules can't be built for it: \(waiting.joined(separator: " ")).",
                hint)
        }
    }
}

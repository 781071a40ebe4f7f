package import DkmsConf
package import Kernels
package import SourceTree
package import SystemPackage

extension ConfContext {
    /// For artifacts that are for no particular kernel, and for `mkdkms conf` without `-k`.
    package static func anyKernel(target: Distribution?) -> ConfContext {
        var context = ConfContext(arch: Architecture.host.kernelName)
        context.etcFiles = target?.etcFiles ?? [:]
        return context
    }

    /// For one kernel; `dkmsTree` is where the private copy stands as `NAME/VERSION/build`.
    package static func kernel(
        _ kernel: KernelTarget, tree: SourceTree, dkmsTree: FilePath? = nil, target: Distribution?
    ) -> ConfContext {
        var context = ConfContext(
            kernelRelease: kernel.release, arch: kernel.architecture.kernelName,
            kernelSourceFolder: kernel.installedBuildFolder.string)
        context.module = tree.identity.name
        context.moduleVersion = tree.identity.version
        context.dkmsTree = dkmsTree?.string ?? context.dkmsTree
        context.etcFiles = target?.etcFiles ?? [:]
        return context
    }
}

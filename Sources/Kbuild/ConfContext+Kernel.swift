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
        _ kernel: KernelTarget, _ identity: PackageIdentity? = nil, dkmsTree: FilePath? = nil,
        target: Distribution?
    ) -> ConfContext {
        var context = ConfContext(
            kernelRelease: kernel.release, arch: kernel.architecture.kernelName,
            kernelSourceFolder: kernel.installedBuildFolder.string)
        if let identity {
            context.module = identity.name
            context.moduleVersion = identity.version
        }
        context.dkmsTree = dkmsTree?.string ?? context.dkmsTree
        context.etcFiles = target?.etcFiles ?? [:]
        return context
    }
}

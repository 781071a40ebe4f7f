import Kernels
import SystemPackage
import Tools

/// The environment in which the commands of a dkms.conf run: nothing of the caller's but PATH and HOME.
struct BuildEnvironment {
    let kernel: KernelTarget
    let packageName: String
    let packageVersion: String
    /// The private copy of the tree, which is also the working folder.
    let folder: FilePath
    /// The folder of the `uname` that answers for the kernel.
    let programs: FilePath
    let epoch: Int64

    /// For hooks and helpers; makes get ``make`` on top.
    var base: [String: String] {
        var variables = Program.cleanEnvironment(adding: [
            "PATH": "\(programs):\(CallerEnvironment.searchPath)",
            // A Makefile's $(PWD) is this variable, not the folder it runs in; an empty one would be fatal.
            "PWD": folder.string,
            "module": packageName, "module_version": packageVersion,
            "kernelver": kernel.release, "arch": kernel.architecture.kernelName,
            "SOURCE_DATE_EPOCH": "\(epoch)",
            "KBUILD_BUILD_USER": "mkdkms", "KBUILD_BUILD_HOST": "localhost",
            "KBUILD_BUILD_TIMESTAMP": "@\(epoch)",
        ])
        if kernel.compiler.usesLLVM { variables["LLVM"] = "1" }
        if let compiler = kernel.compiler.program {
            variables["CC"] = compiler
            variables["KERNEL_CC"] = compiler
        }
        return variables
    }

    /// For make: the shared jobserver, the kernel's compiler, and paths that don't depend on where the copy is.
    var make: [String: String] {
        let map = "-ffile-prefix-map=\(folder)=/usr/src/\(packageName)-\(packageVersion)"
        let overrides = kernel.compiler.program.map { ["CC=\($0)"] } ?? []
        return base.merging([
            "KCFLAGS": map, "KAFLAGS": map, "MAKEFLAGS": Jobserver.makeFlags(overrides: overrides),
        ]) { _, new in new }
    }
}

import Kernels
import ScratchFolder
import Streams
import SystemPackage

/// A root file system with kernels that are headers only by name.
struct SampleRoot {
    let scratch: Scratch
    var finder: KernelFinder { KernelFinder(root: scratch.path) }

    init() throws { scratch = try Scratch() }

    /// Puts the headers of `release` into `folder` of the root.
    @discardableResult
    func addHeaders(
        _ release: String, in folder: String,
        config: String = "CONFIG_X86_64=y\nCONFIG_CC_VERSION_TEXT=\"gcc-12 (Debian 12.2.0-14) 12.2.0\"\n"
    ) throws -> FilePath {
        try scratch.fill([
            "\(folder)/Makefile": "include ../common/Makefile\n",
            "\(folder)/include/generated/utsrelease.h": "#define UTS_RELEASE \"\(release)\"\n",
            "\(folder)/include/config/auto.conf": config,
            "\(folder)/Module.symvers":
                "0x11111111\tkfree\tvmlinux\tEXPORT_SYMBOL\t\n0x9060323f\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n",
        ])
        return scratch.path.pushing(FilePath(folder))
    }

    /// Makes `/lib/modules/RELEASE` with a module of the kernel, and a `build` link where one is given.
    func addImage(_ release: String, module: String = "kernel/fs/ext4/ext4.ko", build: String? = nil) throws {
        try scratch.fill(["lib/modules/\(release)/\(module)": "", "lib/modules/\(release)/modules.order": ""])
        guard let build else { return }
        try Files.makeSymbolicLink(
            scratch.path.pushing(FilePath("lib/modules/\(release)/build")),
            to: scratch.path.pushing(FilePath(build)).string)
    }
}

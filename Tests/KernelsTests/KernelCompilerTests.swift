import ScratchFolder
import SystemPackage
import Kernels
import Testing

@Suite struct KernelCompilerTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private let gcc = KernelConfig(parsing: "CONFIG_CC_VERSION_TEXT=\"gcc-12 (Debian 12.2.0-14) 12.2.0\"\n")

    @Test func isHandedToMakeWhereItIsInstalled() throws {
        try scratch.fill(["bin/gcc-12": "", "headers/Makefile": ""])
        let headers = scratch.path.appending("headers")
        let found = KernelCompiler(config: gcc, buildFolder: headers, search: [scratch.path.appending("bin")])
        #expect(found.program == "gcc-12")
        #expect(found.family == .gcc)
        #expect(found.strip == "strip")
        #expect(KernelCompiler(config: gcc, buildFolder: headers, search: []).program == nil)
    }

    @Test func headersMayChooseIt() throws {
        try scratch.fill(["bin/gcc-12": "", "headers/.kernelvariables": ""])
        let compiler = KernelCompiler(
            config: gcc, buildFolder: scratch.path.appending("headers"),
            search: [scratch.path.appending("bin")])
        #expect(compiler.program == nil)
        #expect(compiler.version == "gcc-12 (Debian 12.2.0-14) 12.2.0")
    }

    @Test func clangMeansLLVM() throws {
        try scratch.fill(["bin/clang": "", "bin/Debian": ""])
        let config = KernelConfig(
            parsing: "CONFIG_CC_VERSION_TEXT=\"Debian clang version 16.0.6\"\nCONFIG_CC_IS_CLANG=y\n")
        let compiler = KernelCompiler(
            config: config, buildFolder: scratch.path, search: [scratch.path.appending("bin")])
        #expect(compiler.usesLLVM)
        #expect(compiler.program == nil)
        #expect(compiler.strip == "llvm-strip")
    }

    @Test func anOldKernelDoesNotSay() {
        let compiler = KernelCompiler(
            config: KernelConfig(parsing: ""), buildFolder: scratch.path, search: ["/usr/bin", "/bin"])
        #expect(compiler.program == nil)
        #expect(compiler.version == "")
    }
}

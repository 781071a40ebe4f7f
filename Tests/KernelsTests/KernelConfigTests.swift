import ScratchFolder
import SystemPackage
import Diagnostics
import Kernels
import Streams
import Testing

@Suite struct KernelConfigTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func readsWhatKbuildWrites() {
        let config = KernelConfig(
            parsing: """
                # Linux/x86 6.1.0 Kernel Configuration
                CONFIG_CC_VERSION_TEXT="gcc-12 (Debian 12.2.0-14) 12.2.0"
                CONFIG_MODULES=y
                CONFIG_EXT4_FS=m
                # CONFIG_DEBUG_INFO_BTF is not set
                CONFIG_EMPTY=""
                CONFIG_EQUALS="a=b"
                CONFIG_HZ=250
                """)
        #expect(config["CONFIG_CC_VERSION_TEXT"] == "gcc-12 (Debian 12.2.0-14) 12.2.0")
        #expect(config["CONFIG_MODULES"] == "y")
        #expect(config["CONFIG_EXT4_FS"] == "m")
        #expect(config["CONFIG_DEBUG_INFO_BTF"] == nil)
        #expect(config["CONFIG_EMPTY"] == "")
        #expect(config["CONFIG_EQUALS"] == "a=b")
        #expect(config["CONFIG_HZ"] == "250")
        #expect(config["CONFIG_H"] == nil)
    }

    @Test(arguments: ["", "\n\n", "CONFIG", "=", "C=\"", "garbage \u{0} =\n"])
    func takesAnyText(_ text: String) { #expect(KernelConfig(parsing: text)["CONFIG_X"] == nil) }

    @Test func prefersWhatKbuildReads() throws {
        try scratch.fill([".config": "CONFIG_A=old\n", "include/config/auto.conf": "CONFIG_A=new\n"])
        #expect(try KernelConfig(buildFolder: scratch.path)["CONFIG_A"] == "new")
        try Files.remove(scratch.path.pushing("include/config/auto.conf"))
        #expect(try KernelConfig(buildFolder: scratch.path)["CONFIG_A"] == "old")
        try Files.remove(scratch.path.pushing(".config"))
        #expect(code { try KernelConfig(buildFolder: scratch.path) } == "no-kernel-config")
    }
}

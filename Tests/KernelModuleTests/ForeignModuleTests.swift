import Diagnostics
import KernelModule
import SampleModules
import ScratchFolder
import Testing

@Suite("Modules of foreign machines")
struct ForeignModuleTests {
    @Test(
        "reads both classes and byte orders",
        arguments: [
            (true, true, 183, "aarch64"), (true, false, 22, "s390x"), (false, true, 40, "armv7l"),
            (false, false, 8, "mips"), (true, true, 258, "loongarch64"), (true, true, 8, "mips64el"),
            (true, false, 21, "ppc64"), (true, true, 21, "ppc64le"), (true, true, 243, "riscv64"),
            (false, true, 3, "i386"),
        ] as [(Bool, Bool, Int, String)])
    func reads(is64: Bool, isLittleEndian: Bool, machine: Int, architecture: String) throws {
        var elf = SyntheticElf(
            is64: is64, isLittleEndian: isLittleEndian, machine: UInt16(machine), sections: [])
        let word = is64 ? 8 : 4
        let name = Array("module_layout".utf8)
        let version = elf.number(0x1234_5678, word) + name
        var structModule = [UInt8](repeating: 0, count: 3 * word) + Array("foreign".utf8)
        structModule += [UInt8](repeating: 0, count: 896 - structModule.count)
        elf.sections = [
            (".modinfo", Array("license=GPL\0\0vermagic=6.6.1 SMP\0junk\0".utf8)),
            ("__versions", version + [UInt8](repeating: 0, count: 64 - version.count)),
            (".gnu.linkonce.this_module", structModule),
        ]
        let module = try ModuleFile(elf.bytes)
        #expect(module.architecture == architecture)
        #expect(module.name == "foreign")
        #expect(module.info.map(\.key) == ["license", "vermagic"])
        #expect(module.vermagicRelease == "6.6.1")
        #expect(module.moduleLayoutCRC == 0x1234_5678)
        #expect(module.structModuleSize == 896)
    }

    @Test("reads the symbol versions of 6.14 and later")
    func extendedVersions() throws {
        var elf = SyntheticElf(is64: true, isLittleEndian: true, machine: 62, sections: [])
        elf.sections = [
            (".modinfo", Array("name=rusty\0".utf8)),
            ("__version_ext_crcs", elf.number(7, 4) + elf.number(0xFFFF_FFFF, 4)),
            ("__version_ext_names", Array("module_layout\0_RNvNtCs_a_very_long_rust_name\0".utf8)),
        ]
        let versions = try ModuleFile(elf.bytes).symbolVersions
        #expect(versions.map(\.name) == ["module_layout", "_RNvNtCs_a_very_long_rust_name"])
        #expect(versions.map(\.crc) == [7, 0xFFFF_FFFF])
        elf.sections[2].bytes.removeLast(5)
        #expect(code { try ModuleFile(elf.bytes) } == "corrupt-module")
    }

    @Test("reads the signature form of kernels before 4.3")
    func oldSignature() throws {
        let elf = SyntheticElf(
            is64: true, isLittleEndian: true, machine: 62, sections: [(".modinfo", Array("name=old\0".utf8))])
        let block: [UInt8] = [1, 4, 1, 6, 2, 0, 0, 0, 0, 0, 0, 3]
        let trailer = Array("signer".utf8) + [0xAB, 0x01] + [9, 9, 9] + block
        let bytes = elf.bytes + trailer + Array("~Module signature appended~\n".utf8)
        let module = try ModuleFile(bytes)
        #expect(module.signature?.signer == "signer")
        #expect(module.signature?.keyIdentifierText == "AB:01")
        #expect(module.signature?.hash == "sha256")
        #expect(module.signature?.isCMS == false)
        #expect(try ModuleSignature.strippedOff(bytes) == elf.bytes)
    }

    @Test("makes the module's name from the file's")
    func names() {
        #expect(ModuleFile.name(ofFile: "snd-hda-intel.ko.xz") == "snd_hda_intel")
        #expect(ModuleFile.name(ofFile: "a") == "a")
        #expect(ModuleFile.name(ofFile: "").isEmpty)
    }
}

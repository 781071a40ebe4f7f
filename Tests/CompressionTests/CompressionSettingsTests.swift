import Compression
import Diagnostics
import Testing

@Suite("CompressionSettings")
struct CompressionSettingsTests {
    @Test("reads a format with and without a level")
    func parses() throws {
        let plain = try CompressionSettings(parsing: "xz", threads: 1)
        #expect(plain == CompressionSettings(.xz, threads: 1))
        #expect(plain.effectiveLevel == 6)
        let level = try CompressionSettings(parsing: "zst:19", threads: 2)
        #expect(level == CompressionSettings(.zst, level: 19, threads: 2))
        #expect(try CompressionSettings(parsing: "gz").effectiveLevel == 9)
    }

    @Test(
        "refuses what is no format or level",
        arguments: ["", "none", "lz4", "xz:", "xz:10", "gz:0", "zst:23", "xz:6:1", "gz: 1", ":6", "XZ"])
    func refuses(text: String) {
        let fault = #expect(throws: Diagnostic.self) { try CompressionSettings(parsing: text) }
        #expect(fault?.code == "bad-compression")
        #expect(fault?.status == .usage)
        #expect(fault?.hint != nil)
    }

    @Test("knows a format by its suffix and its first bytes")
    func recognises() {
        #expect(CompressionFormat(suffixOf: "a.ko.zst") == .zst)
        #expect(CompressionFormat(suffixOf: "a.ko") == .none)
        #expect(CompressionFormat(magicOf: [0x1F, 0x8B, 8]) == .gz)
        #expect(CompressionFormat(magicOf: [0xFD, 0x37]) == nil)
        #expect(CompressionFormat.xz.suffix == ".xz")
        #expect(CompressionFormat.none.suffix.isEmpty)
    }
}

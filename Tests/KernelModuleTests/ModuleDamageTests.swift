import Diagnostics
import KernelModule
import ScratchFolder
import Testing

@Suite(
    "Damaged modules", .enabled(if: ExampleModules.canBuild, "needs linux-headers with linux-kbuild"))
struct ModuleDamageTests {
    @Test("every cut before the section table is an error")
    func truncated() async throws {
        let whole = try await ExampleModules.built().user
        // The header's e_shoff and e_shnum, by hand; the table ends a module.
        let table = (0..<8).reduce(0) { $0 | Int(whole[40 + $1]) << (8 * $1) }
        let count = Int(whole[60]) | Int(whole[61]) << 8
        var cuts = Set([0, 1, 4, 16, 19, 20, 63, 64, table, whole.count - 1])
        for index in 0..<count {
            let header = table + index * 64
            cuts.insert(header)
            cuts.insert(header + 1)
            let offset = (0..<8).reduce(0) { $0 | Int(whole[header + 24 + $1]) << (8 * $1) }
            cuts.formUnion([offset, offset + 1, max(0, offset - 1)])
        }
        for cut in cuts.sorted() where cut < whole.count {
            #expect(code { try ModuleFile(Array(whole[..<cut])) } != nil, "cut at \(cut) of \(whole.count)")
        }
    }

    @Test("no flipped byte traps", arguments: 0..<8)
    func flipped(seed: UInt64) async throws {
        let whole = try await ExampleModules.built().provider
        let table = (0..<8).reduce(0) { $0 | Int(whole[40 + $1]) << (8 * $1) }
        var state = seed &+ 1
        var refused = 0
        for round in 0..<100 {
            var damaged = whole
            for _ in 0...round % 3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                // Mostly the header and the section table, where a byte means most.
                let index =
                    switch state >> 61 {
                    case 0...1: Int(state >> 20 % 64)
                    case 2...5: table + Int((state >> 20) % UInt64(whole.count - table))
                    default: Int((state >> 20) % UInt64(whole.count))
                    }
                damaged[min(index, whole.count - 1)] = UInt8(truncatingIfNeeded: state >> 40)
            }
            if code({ try ModuleFile(damaged) }) != nil { refused += 1 }
        }
        #expect(refused > 0)
    }

    @Test("huge and negative numbers in the header are errors")
    func hugeNumbers() async throws {
        let whole = try await ExampleModules.built().user
        for (offset, size) in [(40, 8), (58, 2), (60, 2), (62, 2)] {
            for byte: UInt8 in [0x7F, 0x80, 0xFF] {
                var damaged = whole
                for index in 0..<size { damaged[offset + index] = byte }
                #expect(code { try ModuleFile(damaged) } == "corrupt-module", "\(offset) \(byte)")
            }
        }
    }

    @Test("a damaged signature block is an error")
    func signatureBlock() async throws {
        let module = try await ExampleModules.built().user
        let marker = Array("~Module signature appended~\n".utf8)
        let blocks: [[UInt8]] = [
            [], [0, 0, 2, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 5],
            [0, 0, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0], [0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            [0, 0, 1, 0xFF, 0xFF, 0, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF],
        ]
        for block in blocks {
            #expect(code { try ModuleFile(module + block + marker) } == "bad-signature", "\(block)")
        }
        #expect(code { try ModuleSignature.split(marker) } == "bad-signature")
    }
}

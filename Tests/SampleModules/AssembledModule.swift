import Diagnostics
import Streams
package import SystemPackage
import Tools

/// A kernel module as the assembler makes it: no kernel is needed for its facts.
package struct AssembledModule {
    package var name: String
    package var release: String
    /// Symbols that it needs, with their CRCs.
    package var needs: [(symbol: String, crc: UInt32)]
    /// Symbols that it offers.
    package var exports: [String]
    /// Further lines of its `.modinfo`, such as `alias=…`.
    package var info: [String] = []

    package init(
        name: String, release: String = "6.1.0-56-amd64",
        needs: [(symbol: String, crc: UInt32)] = [("module_layout", 0x9060_323F), ("_printk", 0x9299_7ED8)],
        exports: [String] = []
    ) {
        self.name = name
        self.release = release
        self.needs = needs
        self.exports = exports
    }

    package static let isPossible = Files.isRegularFile("/usr/bin/as")
    package static let reason = "needs binutils"

    private var source: String {
        var lines = [".section .modinfo,\"a\""]
        for info in [
            "license=GPL", "version=1.5.0", "name=\(name)", "vermagic=\(release) SMP preempt mod_unload ",
        ] + info {
            lines.append(".asciz \"\(info)\"")
        }
        lines.append(".section __versions,\"a\"")
        for need in needs {
            lines.append(".quad \(need.crc)\n.ascii \"\(need.symbol)\"\n.fill \(56 - need.symbol.utf8.count)")
        }
        lines.append(".section __ksymtab,\"a\"")
        for export in exports { lines.append("__ksymtab_\(export):\n.quad 0") }
        lines.append(".section .gnu.linkonce.this_module,\"a\"\n.fill 896")
        return lines.joined(separator: "\n") + "\n"
    }

    /// Writes `NAME.ko` into `folder`.
    @discardableResult
    package func write(to folder: FilePath) async throws -> FilePath {
        let path = folder.appending("\(name).ko")
        let outcome = try await Program("as", ["--64", "-o", path.string, "-"]).capture(
            input: Array(source.utf8))
        guard outcome.status == 0 else {
            throw Diagnostic.error(
                "oracle-failed", "as: \(String(decoding: outcome.errorOutput, as: UTF8.self))")
        }
        return path
    }
}

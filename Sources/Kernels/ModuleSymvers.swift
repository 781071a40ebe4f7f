package import Diagnostics
import Streams
package import SystemPackage

/// A kernel's `Module.symvers`: which symbols it exports, and the CRC of each one's prototype.
package struct ModuleSymvers: Sendable {
    private let text: [UInt8]

    package init(_ path: FilePath) throws(Diagnostic) {
        text = try Files.read(path)
    }

    /// The CRC of one symbol as eight hex digits with `0x`, as the file has it.
    package func crc(of symbol: String) -> String? {
        // A line is CRC, symbol, module, export type and namespace, tabs between (scripts/mod/modpost.c).
        for line in text.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: "\t"), maxSplits: 2)
            guard fields.count == 3, fields[1].elementsEqual(symbol.utf8) else { continue }
            return String(decoding: fields[0], as: UTF8.self)
        }
        return nil
    }

    /// Those of `symbols` that the file has a line of: what vmlinux and the kernel's own modules export.
    package func exported(of symbols: Set<String>) -> Set<String> {
        var wanted: [ArraySlice<UInt8>: String] = [:]
        for symbol in symbols { wanted[Array(symbol.utf8)[...]] = symbol }
        var found: Set<String> = []
        let (tab, newline) = (UInt8(ascii: "\t"), UInt8(ascii: "\n"))
        var start = text.startIndex
        while start < text.endIndex, found.count < symbols.count {
            let end = text[start...].firstIndex(of: newline) ?? text.endIndex
            let line = text[start..<end]
            if let first = line.firstIndex(of: tab) {
                let name = line[(first + 1)...].prefix { $0 != tab }
                if let symbol = wanted[name] { found.insert(symbol) }
            }
            start = end + 1
        }
        return found
    }
}

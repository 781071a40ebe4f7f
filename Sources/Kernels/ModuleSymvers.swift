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
}

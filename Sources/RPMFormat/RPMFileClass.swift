import Archive
import Compression

/// What kind of file something is, in the words of file(1) that rpm stores in CLASSDICT.
///
/// rpmlint and dependency generators look for phrases such as "ELF 64-bit LSB relocatable".
struct RPMFileClass {
    /// How many of a file's first bytes are looked at.
    static let prefixSize = 256

    static func name(_ entry: FileEntry, prefix: [UInt8]) -> String {
        switch entry.kind {
        case .directory: "directory"
        case .symbolicLink(let target): "symbolic link to \(target)"
        case .file: name(prefix)
        }
    }

    private static func name(_ prefix: [UInt8]) -> String {
        if prefix.isEmpty { return "empty" }
        if prefix.starts(with: [0x7f, 0x45, 0x4c, 0x46]) { return elf(prefix) }
        switch CompressionFormat(magicOf: prefix) {
        case .xz: return "XZ compressed data"
        case .gz: return "gzip compressed data"
        case .zst: return "Zstandard compressed data (v0.8+)"
        case .some(.none), nil: break
        }
        if prefix.starts(with: "#!".utf8) {
            let line = prefix.prefix { $0 != 10 }
            let shell = line.contains { $0 == UInt8(ascii: "/") } && isShell(line)
            return shell ? "POSIX shell script, ASCII text executable" : "script, ASCII text executable"
        }
        if prefix.allSatisfy({ (0x20..<0x7f).contains($0) || (7...13).contains($0) }) { return "ASCII text" }
        return prefix.contains(0) ? "data" : "Unicode text, UTF-8 text"
    }

    private static func isShell(_ line: ArraySlice<UInt8>) -> Bool {
        let program = line.split(separator: UInt8(ascii: "/")).last ?? []
        return program.prefix(2).elementsEqual("sh".utf8)
    }

    /// The ELF header's class, byte order, type and machine (System V ABI, "ELF Header").
    private static func elf(_ prefix: [UInt8]) -> String {
        guard prefix.count >= 20 else { return "ELF" }
        let width = prefix[4] == 1 ? "32-bit" : "64-bit"
        let isBig = prefix[5] == 2
        let type = isBig ? prefix[17] : prefix[16]
        let machine = isBig ? Int(prefix[18]) << 8 | Int(prefix[19]) : Int(prefix[19]) << 8 | Int(prefix[18])
        let types: [UInt8: String] = [1: "relocatable", 2: "executable", 3: "shared object"]
        let machines: [Int: String] = [
            3: "Intel 80386", 62: "x86-64", 183: "ARM aarch64", 40: "ARM, EABI5", 243: "UCB RISC-V",
            21: "64-bit PowerPC or cisco 7500", 22: "IBM S/390", 8: "MIPS", 258: "LoongArch",
        ]
        return "ELF \(width) \(isBig ? "MSB" : "LSB") \(types[type] ?? "unknown type"), "
            + "\(machines[machine] ?? "unknown machine"), version 1 (SYSV)"
    }
}

/// What machine an ELF file is for: a module, or a program beside one.
package enum ElfArchitecture {
    /// As `uname -m` calls it; nil for what is no ELF file.
    package static func name(of bytes: [UInt8]) -> String? {
        (try? ElfFile(bytes, end: bytes.count))?.architecture
    }
}

/// The 96 bytes that every .rpm begins with; only file(1) reads more of them than the magic number.
struct RPMLead {
    static let size = 96
    static let magic: [UInt8] = [0xed, 0xab, 0xee, 0xdb]

    let bytes: [UInt8]

    init(_ package: RPMPackage) {
        let name = "\(package.name)-\(package.version)-\(package.release)"
        // Major and minor version, type 0 for a binary package and 1 for a source package, architecture, name, system 1, signature type 5.
        var bytes = Self.magic + [3, 0, 0, package.sources == nil ? 0 : 1]
        bytes.append(bigEndian: Self.architectures[package.architecture] ?? 1)
        bytes += name.utf8.prefix(65)
        bytes += [UInt8](repeating: 0, count: 10 + 66 - bytes.count)
        bytes.append(bigEndian: UInt16(1))
        bytes.append(bigEndian: UInt16(5))
        self.bytes = bytes + [UInt8](repeating: 0, count: Self.size - bytes.count)
    }

    /// Numbers of rpm's rpmrc, "arch_canon".
    private static let architectures: [String: UInt16] = [
        "x86_64": 1, "i686": 1, "armv7hl": 12, "s390x": 15, "ppc64le": 16, "aarch64": 19, "riscv64": 22,
        "loongarch64": 23,
    ]
}

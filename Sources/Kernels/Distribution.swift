/// A distribution release whose rules an artifact follows, as in `--target debian:12`.
package struct Distribution: Hashable, Sendable, CustomStringConvertible {
    package enum Name: String, CaseIterable, Sendable {
        case debian, ubuntu, el, fedora, sles, opensuse, openeuler, kylin, uos, anolis, arch, alpine
    }

    package let name: Name
    /// As in its os-release, such as `12`, `24.04` or `v10`; empty for rolling ones.
    package let version: String

    package init(_ name: Name, _ version: String = "") {
        self.name = name
        self.version = version
    }

    /// Reads `DISTRO:VERSION`, as ``description`` writes it.
    package init?(recorded text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let name = Name(rawValue: String(first)) else { return nil }
        self.init(name, parts.count == 2 ? String(parts[1]) : "")
    }

    package var description: String { version.isEmpty ? name.rawValue : "\(name.rawValue):\(version)" }

    /// The distribution that a kernel was built for, told by its release and compiler; nil where they don't say.
    package init?(kernelRelease release: String, compiler: String) {
        if let version = Self.digits(in: release, after: ".el") {
            self.init(.el, version)
        } else if let version = Self.digits(in: release, after: ".fc") {
            self.init(.fedora, version)
        } else if let version = Self.digits(in: release, after: ".oe"), version.count >= 4 {
            self.init(.openeuler, "\(version.prefix(2)).\(version.dropFirst(2).prefix(2))")
        } else if release.contains(".ky10") {
            self.init(.kylin, "v10")
        } else if release.contains(".uel20") || release.contains(".uelc20") || release.contains("-desktop") {
            self.init(.uos, "20")
        } else if let version = Self.digits(in: release, after: ".an") {
            self.init(.anolis, version)
        } else if release.contains("-arch") {
            self.init(.arch)
        } else if let version = Self.digits(in: release, after: "+deb") {
            self.init(.debian, version)
        } else if let version = Self.gcc(in: compiler, of: "Debian") {
            // Each Debian release has one gcc that builds its kernels.
            guard let version = ["10": "11", "12": "12", "14": "13"][version] else { return nil }
            self.init(.debian, version)
        } else if let version = Self.gcc(in: compiler, of: "Ubuntu") {
            guard let version = ["11": "22.04", "12": "22.04", "13": "24.04"][version] else { return nil }
            self.init(.ubuntu, version)
        } else {
            return nil
        }
    }

    /// The digits behind the first `mark` that has any: `9` of `5.14.0-427.el9_4.x86_64` and `.el`.
    private static func digits(in text: String, after mark: String) -> String? {
        var rest = text[...]
        while let range = rest.firstRange(of: mark) {
            rest = rest[range.upperBound...]
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            if !digits.isEmpty { return String(digits) }
        }
        return nil
    }

    /// `12` of `gcc-12 (Debian 12.2.0-14) …` or `x86_64-linux-gnu-gcc-12 (Debian …`.
    private static func gcc(in compiler: String, of vendor: String) -> String? {
        guard let range = compiler.firstRange(of: " (\(vendor)") else { return nil }
        let program = compiler[..<range.lowerBound]
        guard !program.contains(where: \.isWhitespace) else { return nil }
        let parts = program.split(separator: "-", omittingEmptySubsequences: false)
        guard let version = parts.last, parts.dropLast().last?.hasSuffix("gcc") == true, !version.isEmpty,
            version.allSatisfy({ $0.isASCII && $0.isNumber })
        else { return nil }
        return String(version)
    }
}

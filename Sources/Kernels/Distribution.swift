package import Diagnostics

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

    /// Reads `DISTRO:VERSION`.
    package init(parsing text: String) throws(Diagnostic) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let isVersioned = parts.count == 2 && !parts[1].isEmpty
        guard let first = parts.first, let name = Name(rawValue: first.lowercased()),
            isVersioned || [.arch, .alpine].contains(name),
            parts.dropFirst().allSatisfy({
                $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") }
            })
        else {
            throw .error(
                "unknown-target", "no such target: \(text)",
                hint: "give one of debian:12, debian:13, ubuntu:24.04, el:8, el:9, el:10, fedora:N, sles:15, "
                    + "opensuse:15, openeuler:22.03, kylin:v10, uos:20, anolis:8, arch, alpine",
                status: .usage)
        }
        self.init(name, isVersioned ? String(parts[1]) : "")
    }

    package var description: String { version.isEmpty ? name.rawValue : "\(name.rawValue):\(version)" }

    /// The distribution that a kernel was built for, told by its release and compiler; nil where they don't say.
    package init?(kernelRelease release: String, compiler: String) {
        if let mark = release.firstMatch(of: /\.el(\d+)/) {
            self.init(.el, String(mark.1))
        } else if let mark = release.firstMatch(of: /\.fc(\d+)/) {
            self.init(.fedora, String(mark.1))
        } else if let mark = release.firstMatch(of: /\.oe(\d\d)(\d\d)/) {
            self.init(.openeuler, "\(mark.1).\(mark.2)")
        } else if release.contains(".ky10") {
            self.init(.kylin, "v10")
        } else if release.contains(".uel20") || release.contains(".uelc20") || release.contains("-desktop") {
            self.init(.uos, "20")
        } else if let mark = release.firstMatch(of: /\.an(\d+)/) {
            self.init(.anolis, String(mark.1))
        } else if release.contains("-arch") {
            self.init(.arch)
        } else if let mark = release.firstMatch(of: /\+deb(\d+)/) {
            self.init(.debian, String(mark.1))
        } else if let mark = compiler.firstMatch(of: /^\S*gcc-(\d+) \(Debian/) {
            // Each Debian release has one gcc that builds its kernels.
            guard let version = ["10": "11", "12": "12", "14": "13"][String(mark.1)] else { return nil }
            self.init(.debian, version)
        } else if let mark = compiler.firstMatch(of: /^\S*gcc-(\d+) \(Ubuntu/) {
            guard let version = ["11": "22.04", "12": "22.04", "13": "24.04"][String(mark.1)] else {
                return nil
            }
            self.init(.ubuntu, version)
        } else {
            return nil
        }
    }
}

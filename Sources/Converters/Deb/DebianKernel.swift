import DebFormat
import Kernels
import SourceTree

/// A kernel release as Debian packages see it: in dpkg's order, and of one flavour.
struct DebianKernel: Comparable {
    /// The numbers of the release as a part of a version, which sorts as the releases do: `6.1.0+56`, `6.12~rc3`,
    /// `5.14.0+503~el9`.
    let version: String
    /// What its successors share: `amd64`, `cloud-amd64`, `generic`; `+64k` or empty where the release names none.
    let flavour: String

    init(_ release: String) {
        let parts = release.split(separator: "-")
        func isNumber(_ part: Substring) -> Bool { part.first.map { $0.isASCII && $0.isNumber } ?? false }
        func isCandidate(_ part: Substring) -> Bool { part.wholeMatch(of: /rc\d+.*/) != nil }
        let words = parts.dropFirst().filter { !isNumber($0) && !isCandidate($0) }
        // +deb13 and the like say where a kernel comes from; +rt and +64k say what it is.
        let marks: [Substring] = parts.filter(isNumber).flatMap { $0.split(separator: "+").dropFirst() }
            .filter { $0.prefixMatch(of: /(deb|bpo|dfsg)\d*/) == nil }
        let names = [words.joined(separator: "-")] + marks.map(String.init)
        flavour = PackageNaming.debianKernel(names.joined(separator: "+"))
        let numbers = parts.prefix(1) + parts.dropFirst().filter { isNumber($0) || isCandidate($0) }
        version = numbers.reduce("") { text, part in
            if text.isEmpty { return String(part) }
            return text + (isCandidate(part) ? "~" : "+") + part
        }
        // 427.el9 is older than 427.13.1.el9_4, and dpkg has a word after a number.
        .replacing(/\.(?=[A-Za-z])/, with: "~").replacing(/[_:]/, with: ".")
    }

    static func < (left: DebianKernel, right: DebianKernel) -> Bool {
        DebianVersion(left.version) < DebianVersion(right.version)
    }
}

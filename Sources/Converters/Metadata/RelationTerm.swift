import DebFormat
import RPMFormat

/// One name of a relation, in either side's words, with the version that it is compared with.
struct RelationTerm: Hashable {
    let name: String
    /// In rpm's words: `<`, `<=`, `=`, `>=`, `>`; empty for any version.
    let comparison: String
    let version: String

    init(_ name: String, _ comparison: String = "", _ version: String = "") {
        self.name = name
        self.comparison = comparison
        self.version = version
    }

    /// One alternative of an item of a .deb, such as `perl:any (>= 5)`.
    init(_ debian: DebianRelation.Alternative) {
        let comparison =
            switch debian.comparison {
            case .earlier: "<"
            case .later: ">"
            case let other: other?.rawValue ?? ""
            }
        self.init(debian.name, comparison, debian.version)
    }

    /// An item of an .rpm, or a part of one.
    init(_ rpm: RPMDependency) { self.init(rpm.name, rpm.comparison, rpm.version) }

    /// `NAME (>= VERSION)`.
    var debian: String {
        let sign = ["<": "<<", ">": ">>"][comparison] ?? comparison
        return comparison.isEmpty ? name : "\(name) (\(sign) \(version))"
    }

    /// `NAME >= VERSION`.
    var rpm: String { comparison.isEmpty ? name : "\(name) \(comparison) \(version)" }

    /// Whether it names the least version that will do.
    var isLowerBound: Bool { comparison.hasPrefix(">") }

    /// What the authors of the program call the version, without epoch, revision, and what a distribution left out of it:
    /// that is the same on both sides; nil where it has more in it than numbers, letters, dots and `~`.
    private var upstream: String? {
        let known = PackageNaming.unrepacked(DebianVersion(version).upstream)
        return known.wholeMatch(of: /[0-9][0-9A-Za-z.~]*/) == nil ? nil : known
    }

    /// The lower bound as both sides understand it: a revision, or an epoch there, only makes it hold for more.
    var leastVersion: String? { isLowerBound ? upstream : nil }

    /// The upper bound, which a missing revision makes hold for fewer.
    var boundVersion: String? { comparison.hasPrefix("<") ? upstream : nil }
}

extension PackageNaming {
    /// One of the release's own names, in its version, as a .deb says it.
    func debian(ours name: String) -> String { RelationTerm(name, "=", full).debian }
}

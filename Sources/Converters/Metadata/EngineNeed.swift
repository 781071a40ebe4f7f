import DebFormat
import RPMFormat

/// The dkms that a package with the source asks for, where mkdkms is not what builds its module.
///
/// It is the newer of what the dkms.conf needs and what the package asked for that the tree came in. mkdkms does for either.
struct EngineNeed: Hashable {
    /// That of the dkms.conf; nil for any.
    let floor: String?
    /// Those of the package that came in, in the format's own words.
    let carried: [RelationTerm]

    /// The oldest one that the scripts of our packages drive: what asks for less asks for no more than they do.
    static let oldest = "2.8"

    /// Whether a lower bound asks for more.
    static func isNewer(_ bound: RelationTerm) -> Bool {
        let version = RPMFullVersion(bound.leastVersion ?? bound.version)
        return version > RPMFullVersion(oldest)
            || version == RPMFullVersion(oldest) && bound.comparison == ">"
    }

    /// The items of a Depends field: `dkms (>= 3.0.9) | mkdkms`.
    var debian: [String] {
        terms(by: DebianVersion.init).map { DebianRelation.choice([$0.debian, "mkdkms"]) }
    }

    /// What an .rpm requires: `(dkms >= 3.0.9 or mkdkms)`.
    var rpm: [RPMDependency] {
        terms(by: RPMFullVersion.init).map { RPMDependency("(\($0.rpm) or mkdkms)") }
    }

    /// The highest lower bound, then the others.
    private func terms<Version: Comparable>(by version: (String) -> Version) -> [RelationTerm] {
        var least = floor.map { RelationTerm("dkms", ">=", $0) } ?? RelationTerm("dkms")
        for term in carried where term.isLowerBound {
            let (known, new) = (version(least.version), version(term.version))
            // Of the same version `>` asks for more.
            let isStricter = known < new || known == new && term.comparison == ">"
            if least.comparison.isEmpty || isStricter { least = term }
        }
        return [least] + carried.filter { !$0.isLowerBound }
    }
}

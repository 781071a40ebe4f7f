/// What a package provides, requires, or relates to otherwise: a name, and maybe a version and how to compare it.
package struct RPMDependency: Hashable, Sendable {
    /// The bits of rpmsenseFlags (rpm's include/rpm/rpmds.h).
    package struct Sense: OptionSet, Hashable, Sendable {
        package let rawValue: UInt32

        package init(rawValue: UInt32) { self.rawValue = rawValue }

        package static let less = Sense(rawValue: 1 << 1)
        package static let greater = Sense(rawValue: 1 << 2)
        package static let equal = Sense(rawValue: 1 << 3)
        package static let postTransaction = Sense(rawValue: 1 << 5)
        package static let preTransaction = Sense(rawValue: 1 << 7)
        package static let interpreter = Sense(rawValue: 1 << 8)
        package static let pre = Sense(rawValue: 1 << 9)
        package static let post = Sense(rawValue: 1 << 10)
        package static let preUninstall = Sense(rawValue: 1 << 11)
        package static let postUninstall = Sense(rawValue: 1 << 12)
        /// Found by rpmbuild in the files, for Requires and for Provides.
        package static let foundRequires = Sense(rawValue: 1 << 14)
        package static let foundProvides = Sense(rawValue: 1 << 15)
        package static let rpmlib = Sense(rawValue: 1 << 24)
        package static let config = Sense(rawValue: 1 << 28)
    }

    /// A capability, a path, or a rich dependency such as `(a if b)`.
    package var name: String
    package var sense: Sense
    /// `[epoch:]version[-release]`, empty without a comparison.
    package var version: String

    package init(_ name: String, _ sense: Sense = [], _ version: String = "") {
        self.name = name
        self.sense = sense
        self.version = version
    }

    /// Reads what ``text`` writes; what is no comparison is a name as a whole, such as a rich dependency.
    package init(written text: String) {
        let words = text.split(separator: " ")
        let senses: [Substring: Sense] = [
            "<": .less, "<=": [.less, .equal], "=": .equal, ">=": [.greater, .equal], ">": .greater,
        ]
        if !text.hasPrefix("("), words.count == 3, let sense = senses[words[1]] {
            self.init(String(words[0]), sense, String(words[2]))
        } else {
            self.init(text)
        }
    }

    /// As a spec file has it: `dkms >= 2.8`.
    package var text: String {
        let comparison =
            (sense.contains(.less) ? "<" : "") + (sense.contains(.greater) ? ">" : "")
            + (sense.contains(.equal) ? "=" : "")
        return comparison.isEmpty ? name : "\(name) \(comparison) \(version)"
    }
}

/// The kinds of relations, each with the tags of its names, versions and flags.
package enum RPMRelation: CaseIterable, Hashable, Sendable {
    case provides, requires, conflicts, obsoletes, recommends, suggests, supplements, enhances

    var tags: (names: RPMTag, versions: RPMTag, flags: RPMTag) {
        let numbers: (UInt32, UInt32, UInt32) =
            switch self {
            case .provides: (1047, 1113, 1112)
            case .requires: (1049, 1050, 1048)
            case .conflicts: (1054, 1055, 1053)
            case .obsoletes: (1090, 1115, 1114)
            case .recommends: (5046, 5047, 5048)
            case .suggests: (5049, 5050, 5051)
            case .supplements: (5052, 5053, 5054)
            case .enhances: (5055, 5056, 5057)
            }
        return (RPMTag(numbers.0), RPMTag(numbers.1), RPMTag(numbers.2))
    }
}

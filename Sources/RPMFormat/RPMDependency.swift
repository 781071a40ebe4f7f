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
        /// What `PreReq` was, before rpm 4.4.
        package static let formerPre = Sense(rawValue: 1 << 6)
        package static let preTransaction = Sense(rawValue: 1 << 7)
        package static let interpreter = Sense(rawValue: 1 << 8)
        package static let pre = Sense(rawValue: 1 << 9)
        package static let post = Sense(rawValue: 1 << 10)
        package static let preUninstall = Sense(rawValue: 1 << 11)
        package static let postUninstall = Sense(rawValue: 1 << 12)
        package static let verification = Sense(rawValue: 1 << 13)
        /// Found by rpmbuild in the files, for Requires and for Provides.
        package static let foundRequires = Sense(rawValue: 1 << 14)
        package static let foundProvides = Sense(rawValue: 1 << 15)
        package static let preUninstallTransaction = Sense(rawValue: 1 << 20)
        package static let postUninstallTransaction = Sense(rawValue: 1 << 21)
        package static let rpmlib = Sense(rawValue: 1 << 24)
        package static let config = Sense(rawValue: 1 << 28)
        /// Of no meaning to the order of packages.
        package static let meta = Sense(rawValue: 1 << 29)
    }

    /// A capability, a path, or a rich dependency such as `(a if b)`, as it is written.
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
        if !text.hasPrefix("("), words.count == 3, let sense = Self.comparisons[words[1]] {
            self.init(String(words[0]), sense, String(words[2]))
        } else {
            self.init(text)
        }
    }

    /// Nil for what rpmbuild takes for no relation, or for more than one: a capability or file, with a version or without, or a
    /// rich one that is whole (rpm's dependencies.md, boolean_dependencies.md).
    package init?(parsing text: String) {
        self.init(written: text)
        guard !isRich else {
            guard RPMRichDependency(text) != nil else { return nil }
            return
        }
        guard name.wholeMatch(of: /[A-Za-z0-9\/_][^\s,<>=]*/) != nil,
            comparison.isEmpty || version.wholeMatch(of: /[^\s,<>=]+/) != nil
        else { return nil }
    }

    private static let comparisons: [Substring: Sense] = [
        "<": .less, "<=": [.less, .equal], "=": .equal, ">=": [.greater, .equal], ">": .greater,
    ]

    /// Whether it is one of conditions and alternatives, in brackets.
    package var isRich: Bool { name.hasPrefix("(") }

    /// `<`, `<=`, `=`, `>=`, `>`; empty for any version.
    package var comparison: String {
        (sense.contains(.less) ? "<" : "") + (sense.contains(.greater) ? ">" : "")
            + (sense.contains(.equal) ? "=" : "")
    }

    /// As a spec file has it: `dkms >= 2.8`.
    package var text: String { comparison.isEmpty ? name : "\(name) \(comparison) \(version)" }
}

extension RPMDependency {
    /// What the value of a tag of a spec says, in which blanks and commas divide: `a >= 1, b (c or d)`.
    package static func items(of value: some StringProtocol) -> [RPMDependency] {
        var found: [RPMDependency] = []
        var sign: Sense?
        for word in RPMRichDependency.words(value) {
            if let comparison = comparisons[Substring(word)] {
                sign = comparison
            } else if let comparison = sign {
                if let last = found.indices.last {
                    found[last].sense = comparison
                    found[last].version = word
                }
                sign = nil
            } else {
                found.append(RPMDependency(word))
            }
        }
        return found
    }
}

extension RPMDependency.Sense {
    /// The words that a tag of a spec has in brackets, as in `Requires(post,preun)`, in rpm's order.
    private static let words: [(word: String, sense: Self)] = [
        ("verify", .verification), ("pre", .pre), ("post", .post), ("preun", .preUninstall),
        ("postun", .postUninstall), ("pretrans", .preTransaction), ("posttrans", .postTransaction),
        ("preuntrans", .preUninstallTransaction), ("postuntrans", .postUninstallTransaction),
        ("meta", .meta),
    ]

    /// What it is needed for, as ``init(purpose:)`` reads it: `post,preun`; empty for the package itself.
    package var purpose: String {
        let said = contains(.formerPre) ? union(.pre) : self
        return Self.words.filter { said.contains($0.sense) }.map(\.word).joined(separator: ",")
    }

    /// Takes the words between the brackets of a tag; what is none of them means nothing.
    package init(purpose: some StringProtocol) {
        let given = purpose.split { $0 == "," || $0.isWhitespace }.map { $0.lowercased() }
        self = Self.words.filter { given.contains($0.word) }.reduce(into: []) { $0.formUnion($1.sense) }
    }
}

/// The kinds of relations, each with the tags of its names, versions and flags.
package enum RPMRelation: CaseIterable, Hashable, Sendable {
    case provides, requires, conflicts, obsoletes, recommends, suggests, supplements, enhances
    /// What is installed before, if it is installed with it: `OrderWithRequires`.
    case order

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
            case .order: (5035, 5036, 5037)
            }
        return (RPMTag(numbers.0), RPMTag(numbers.1), RPMTag(numbers.2))
    }
}

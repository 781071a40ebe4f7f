/// One item of a field in which a Debian package speaks of others: names, any of which will do (Debian Policy 7.1).
package struct DebianRelation: Hashable, Sendable {
    /// How a version is compared, as it is written.
    package enum Comparison: String, Hashable, Sendable {
        case earlier = "<<"
        case atMost = "<="
        case exactly = "="
        case atLeast = ">="
        case later = ">>"
    }

    package struct Alternative: Hashable, Sendable {
        package var name: String
        /// `any`, or the name of an architecture, behind the colon.
        package var qualifier: String?
        package var comparison: Comparison?
        /// Empty without a comparison.
        package var version: String
        /// For which it is alone, or with a `!` for which it is not; only the tools of a source package can decide.
        package var architectures: [String]
        /// The same of build profiles, each as in `<!nocheck>`.
        package var profiles: [String]

        /// Whether a binary package can say it: dpkg takes neither architectures nor profiles there.
        package var isForAll: Bool { architectures.isEmpty && profiles.isEmpty }

        /// As it is written, with dpkg's blanks.
        package var text: String {
            let bound = comparison.map { " (\($0.rawValue) \(version))" } ?? ""
            let only = architectures.isEmpty ? "" : " [\(architectures.joined(separator: " "))]"
            return "\(name)\(qualifier.map { ":\($0)" } ?? "")\(bound)\(only)"
                + profiles.map { " \($0)" }.joined()
        }
    }

    package var alternatives: [Alternative]

    /// As it is written: `libelf-dev (>= 0.150) | libelf-devel`.
    package var text: String { Self.choice(alternatives.map(\.text)) }

    /// Whether a binary package can say it.
    package var isForAll: Bool { alternatives.allSatisfy(\.isForAll) }

    /// Whether a package can provide it: one name, and in a version, not in a range (7.5).
    package var isProvidable: Bool {
        guard alternatives.count == 1, let only = alternatives.first else { return false }
        return only.isForAll && (only.comparison == nil || only.comparison == .exactly)
    }

    /// Nil for what is no such item.
    ///
    /// - Parameter takingOldSigns: whether `<` and `>` are read as dpkg reads them, as `<=` and `>=` are written now (7.1).
    package init?(_ text: some StringProtocol, takingOldSigns: Bool = false) {
        alternatives = []
        // Runs of blanks as they are would have the pattern try every way to share them out.
        for part in Self.folded(text).split(separator: "|", omittingEmptySubsequences: false) {
            guard let alternative = Self.alternative(part, takingOldSigns) else { return nil }
            alternatives.append(alternative)
        }
    }

    private static func alternative(_ text: Substring, _ takingOldSigns: Bool) -> Alternative? {
        guard
            let found = text.wholeMatch(
                of:
                    /\s*([a-z0-9][a-z0-9+.\-]+)(?::([a-z0-9\-]+))?\s*(?:\(\s*([<>=]{1,2})\s*([0-9][0-9A-Za-z.+~:\-]*)\s*\))?\s*(?:\[([a-z0-9!\-\s]+)\])?\s*((?:<[a-z0-9.!\-\s]+>\s*)*)/
            )
        else { return nil }
        var alternative = Alternative(
            name: String(found.1), qualifier: found.2.map(String.init), comparison: nil,
            version: found.4.map(String.init) ?? "",
            architectures: (found.5 ?? "").split(whereSeparator: \.isWhitespace).map(String.init),
            profiles: found.6.matches(of: /<\s*([^<>]*?)\s*>/).map { "<\($0.1)>" })
        if let sign = found.3 {
            let old: [Substring: Comparison] = takingOldSigns ? ["<": .atMost, ">": .atLeast] : [:]
            guard let comparison = old[sign] ?? Comparison(rawValue: String(sign)) else { return nil }
            alternative.comparison = comparison
        }
        return alternative
    }

    /// The items of a field, each on one line and as it is written there, whether it is one or not.
    package static func items(of field: String) -> [String] {
        field.split(separator: ",").map(folded).filter { !$0.isEmpty }
    }

    private static func folded(_ text: some StringProtocol) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// An item of these alternatives.
    package static func choice(_ alternatives: [String]) -> String { alternatives.joined(separator: " | ") }

    /// A field of these items.
    package static func field(_ items: [String]) -> String { items.joined(separator: ", ") }
}

/// A field in which a package speaks of others, on either side of a conversion.
package enum RelationField: CaseIterable, Hashable, Sendable {
    case requires, recommends, suggests, enhances, supplements, provides, conflicts, breaks, replaces

    /// The fields of a .deb; without any one of its own dpkg has no word for it.
    package var debian: [String] {
        switch self {
        case .requires: ["Pre-Depends", "Depends"]
        case .recommends: ["Recommends"]
        case .suggests: ["Suggests"]
        case .enhances: ["Enhances"]
        case .supplements: []
        case .provides: ["Provides"]
        case .conflicts: ["Conflicts"]
        case .breaks: ["Breaks"]
        case .replaces: ["Replaces"]
        }
    }

    /// The tag of an .rpm and of a spec; nil where rpm has no word for it.
    package var rpm: String? {
        switch self {
        case .requires: "Requires"
        case .recommends: "Recommends"
        case .suggests: "Suggests"
        case .enhances: "Enhances"
        case .supplements: "Supplements"
        case .provides: "Provides"
        case .conflicts: "Conflicts"
        case .breaks: nil
        case .replaces: "Obsoletes"
        }
    }
}

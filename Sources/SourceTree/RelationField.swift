/// A field in which a package speaks of others, on either side of a conversion.
package enum RelationField: Hashable, Sendable {
    /// What it needs while something is done with it, in the words of a tag of a spec: `pre`, `post,preun`. A .deb knows `pre`
    /// alone: Pre-Depends.
    case scripts(String)
    case requires, recommends, suggests, enhances, supplements, provides, conflicts, breaks, replaces
    /// What comes before it where both come, without being needed; with such words or none.
    case order(String)

    /// The field of a .deb; nil where dpkg has no word for it.
    package var debian: String? {
        switch self {
        case .scripts(let purpose): purpose == "pre" ? "Pre-Depends" : nil
        case .requires: "Depends"
        case .recommends: "Recommends"
        case .suggests: "Suggests"
        case .enhances: "Enhances"
        case .supplements, .order: nil
        case .provides: "Provides"
        case .conflicts: "Conflicts"
        case .breaks: "Breaks"
        case .replaces: "Replaces"
        }
    }

    /// The tag of an .rpm and of a spec; nil where rpm has no word for it.
    package var rpm: String? {
        switch self {
        case .scripts(let purpose): "Requires(\(purpose))"
        case .requires: "Requires"
        case .recommends: "Recommends"
        case .suggests: "Suggests"
        case .enhances: "Enhances"
        case .supplements: "Supplements"
        case .provides: "Provides"
        case .conflicts: "Conflicts"
        case .breaks: nil
        case .replaces: "Obsoletes"
        case .order(let purpose): purpose.isEmpty ? "OrderWithRequires" : "OrderWithRequires(\(purpose))"
        }
    }

    /// Those without words of a purpose, in the order in which they are told.
    package static let plain: [RelationField] = [
        .requires, .recommends, .suggests, .enhances, .supplements, .provides, .conflicts, .breaks, .replaces,
    ]

    /// Those of a .deb.
    package static let ofDebian = ([.scripts("pre")] + plain).filter { $0.debian != nil }

    /// Whether it names what has to be there.
    package var isNeed: Bool {
        switch self {
        case .scripts, .requires: true
        default: false
        }
    }
}

extension RelationField: Comparable {
    package static func < (left: RelationField, right: RelationField) -> Bool { left.place < right.place }

    private var place: (Int, String) {
        switch self {
        case .scripts(let purpose): (-1, purpose)
        case .order(let purpose): (Self.plain.count, purpose)
        default: (Self.plain.firstIndex(of: self) ?? 0, "")
        }
    }
}

import DebFormat
import Kernels
import RPMFormat

/// An item of a package of either side, as it is written there, and what it says.
struct RelationItem: Hashable {
    let text: String
    /// Any of these will do; none where something else is said.
    ///
    /// They are the alternatives of a .deb, as far as they are for all architectures, and those of an .rpm, which has them in
    /// brackets.
    let terms: [RelationTerm]
    /// The names that it asks for, of a rich one all but those of its condition.
    let names: [String]
    /// Whether a version is said of one of them.
    let hasVersion: Bool

    init(_ text: String, _ format: Distribution.PackageFormat) {
        self = format == .deb ? RelationItem(debian: text) : RelationItem(rpm: text)
    }

    private init(
        _ text: String, _ terms: [RelationTerm], names: [String], hasVersion: Bool
    ) {
        self.text = text
        self.terms = terms
        self.names = names
        self.hasVersion = hasVersion
    }

    /// dpkg's oldest words for what is `<=` and `>=` now are still read, but not written (Debian Policy 7.1).
    init(debian text: String) {
        guard let relation = DebianRelation(text, takingOldSigns: true) else {
            self.init(text, [], names: [], hasVersion: false)
            return
        }
        self.init(
            relation.text, relation.alternatives.filter(\.isForAll).map(RelationTerm.init),
            names: relation.alternatives.map(\.name),
            hasVersion: relation.alternatives.contains { $0.comparison != nil })
    }

    init(rpm text: String) {
        let dependency = RPMDependency(written: text)
        guard dependency.isRich else {
            self.init(
                text, [RelationTerm(dependency)], names: [dependency.name],
                hasVersion: !dependency.comparison.isEmpty)
            return
        }
        let asked = Self.asked(dependency)
        self.init(
            text, Self.alternatives(dependency).map(RelationTerm.init), names: asked.map(\.name),
            hasVersion: asked.contains { !$0.comparison.isEmpty })
    }

    /// Those of `(a or b)`, brackets within included; none of what says something else.
    private static func alternatives(_ dependency: RPMDependency) -> [RPMDependency] {
        guard dependency.isRich else { return [dependency] }
        guard let rich = RPMRichDependency(dependency.name), rich.operators.allSatisfy({ $0 == "or" }) else {
            return []
        }
        let parts = rich.parts.map(alternatives)
        return parts.contains(where: \.isEmpty) ? [] : Array(parts.joined())
    }

    private static func asked(_ dependency: RPMDependency) -> [RPMDependency] {
        guard dependency.isRich else { return [dependency] }
        guard let rich = RPMRichDependency(dependency.name) else { return [] }
        let condition = rich.operators.firstIndex { $0 == "if" || $0 == "unless" }
        return rich.parts[...(condition ?? rich.parts.count - 1)].flatMap(asked)
    }

    /// What has to be there besides, where it is `(a and b)`, or `(a with b)` of one name, which has one version: these say the same.
    var parts: [RelationItem] {
        guard let rich = RPMRichDependency(text), let word = rich.operators.first,
            rich.operators.allSatisfy({ $0 == word }),
            word == "and" || word == "with" && Set(rich.parts.map(\.name)).count == 1
        else { return [self] }
        return rich.parts.map { RelationItem(rpm: $0.text) }.flatMap(\.parts)
    }
}

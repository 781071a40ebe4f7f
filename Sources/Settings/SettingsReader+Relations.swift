import DebFormat
import Diagnostics
import RPMFormat

/// What stands in `deb` and `rpm`.
extension SettingsReader {
    /// The relations of one format's packages; a mapping for each kind of them beside what several share.
    mutating func relations(_ field: Field) -> PackageRelations {
        let kinds = PackageKind.allCases.map(\.rawValue)
        var relations = PackageRelations()
        guard let fields = fields(of: field.node, keys: SettingsKey.ofRelations + kinds, field.key) else {
            return relations
        }
        for inner in fields {
            guard let kind = PackageKind(rawValue: inner.key),
                let own = self.fields(
                    of: inner.node, keys: SettingsKey.ofRelations, "\(field.key).\(inner.key)")
            else { continue }
            relations.particular[kind] = self.relations(own, of: field.key)
        }
        let shared = fields.filter { PackageKind(rawValue: $0.key) == nil }
        relations.general = self.relations(shared, of: field.key)
        for inner in shared where ["requires", "recommends"].contains(inner.key) {
            guard let list = ExtraRelations.list(inner.key) else { continue }
            relations.warningsOfModules += buildNeed(
                inner, relations.general[keyPath: list], of: field.key)
        }
        return relations
    }

    private mutating func relations(_ fields: [Field], of format: String) -> ExtraRelations {
        var relations = ExtraRelations()
        for field in fields {
            let found = lines(field)
            for (text, node) in found where !Self.isRelation(text, in: field.key, of: format) {
                let example =
                    switch (format, field.key) {
                    case ("deb", "provides"): "hello-api (= 1.5)"
                    case ("deb", _): "libelf-dev (>= 0.150) | libelf-devel"
                    default: "elfutils-libelf-devel >= 0.150"
                    }
                fault(
                    node, "bad-value",
                    "\"\(text)\" in \(field.key) is no relation of \(format == "deb" ? "a .deb" : "an .rpm")",
                    hint: "make each an item of its own, as in: \(example)")
            }
            if let list = ExtraRelations.list(field.key) { relations[keyPath: list] = found.map(\.text) }
        }
        return relations
    }

    /// Whether a package of the format can say a text under a key.
    private static func isRelation(_ text: String, in key: String, of format: String) -> Bool {
        if format == "deb" {
            guard let relation = DebianRelation(text) else { return false }
            return key == "provides" ? relation.isProvidable : relation.isForAll
        }
        guard let relation = RPMDependency(parsing: text) else { return false }
        return !relation.isRich || !["provides", "replaces"].contains(key)
    }

    /// What only a build needs, by its name, would come with finished modules too.
    private func buildNeed(_ field: Field, _ items: [String], of format: String) -> [Diagnostic] {
        let ending = format == "deb" ? "-dev" : "-devel"
        let found = items.filter { item in
            let name =
                format == "deb"
                ? DebianRelation(item)?.alternatives.first?.name : RPMDependency(parsing: item)?.name
            return name?.hasSuffix(ending) == true
        }
        guard let first = found.first else { return [] }
        return [
            .warning(
                "build-relation",
                "packages of finished modules ask for \(found.joined(separator: ", ")) too, and build nothing with it",
                hint: "say that only a build needs it: \(format): {dkms: {\(field.key): [\"\(first)\"]}}",
                at: place(field.node))
        ]
    }
}

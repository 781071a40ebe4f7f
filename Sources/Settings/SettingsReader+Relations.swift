import Diagnostics

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
        let isDeb = format == "deb"
        var relations = ExtraRelations()
        for field in fields {
            let found = texts(field)
            for text in found
            where
                !(isDeb
                ? ExtraRelations.isDebian(text, isProvided: field.key == "provides")
                : ExtraRelations.isRPM(text, takesRich: !["provides", "replaces"].contains(field.key)))
            {
                let example =
                    switch (isDeb, field.key) {
                    case (true, "provides"): "hello-api (= 1.5)"
                    case (true, _): "libelf-dev (>= 0.150) | libelf-devel"
                    case (false, _): "elfutils-libelf-devel >= 0.150"
                    }
                fault(
                    field.node, "bad-value",
                    "\"\(text)\" in \(field.key) is no relation of \(isDeb ? "a .deb" : "an .rpm")",
                    hint: "make each an item of its own, as in: \(example)")
            }
            if let list = ExtraRelations.list(field.key) { relations[keyPath: list] = found }
        }
        return relations
    }

    /// What only a build needs, by its name, would come with finished modules too.
    private func buildNeed(_ field: Field, _ items: [String], of format: String) -> [Diagnostic] {
        let ending = format == "deb" ? "-dev" : "-devel"
        let found = items.filter { item in
            item.split { " (|:".contains($0) }.first.map { $0.hasSuffix(ending) } == true
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

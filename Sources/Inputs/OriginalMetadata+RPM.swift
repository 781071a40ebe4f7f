import RPMFormat
import SourceTree

extension OriginalMetadata {
    /// - Parameter spec: that of a source package, which alone says what is built of it.
    init(_ rpm: RPMReader, spec: SpecFile? = nil) {
        self.init()
        let text = { (tag: RPMTag) -> String? in
            let text = rpm.text(tag)
            // Old rpmbuild wrote this for a tag that the spec left empty.
            return text.isEmpty || text == "(none)" ? nil : text
        }
        packageName = text(.name)
        packageVersion = "\(rpm.epoch.map { "\($0):" } ?? "")\(rpm.version)-\(rpm.release)"
        changes = rpm.changelog.prefix(Self.mostChanges).map { change in
            let (author, version) = change.heading
            return OriginalChange(
                version: version, time: change.time, author: author, changes: change.items)
        }
        maintainer = text(.packager) ?? text(.vendor)
        summary = text(.summary)
        description = text(.description)
        homepage = text(.url)
        license = text(.license)
        guard rpm.isSource else {
            installedName = packageName
            for (scriptlet, text) in rpm.scriptlets { scripts[scriptlet.name] = text }
            var items: [RelationField: [String]] = [:]
            for (field, relation) in Self.kinds {
                let said = rpm.relations(relation)
                items[field] = said.filter { $0.sense.isDisjoint(with: Self.addedByRPM) }.map(\.text).distinct
            }
            relations = .rpm(items.filter { !$0.value.isEmpty })
            companions = Set(
                rpm.relations(.requires).filter {
                    $0.sense.isDisjoint(with: [.less, .greater]) && ownVersions.contains($0.version)
                }.map(\.name))
            return
        }
        // A source package's own requirements are for building it.
        guard let built = spec?.dkmsPackage else { return }
        installedName = built.name
        relations = .rpm(built.relations.mapValues(\.distinct))
        companions = Set(built.exactRequires.filter { ownVersions.contains($0.value) }.keys)
        uncertainRelations = built.unknownRelations.mapValues(\.distinct)
    }

    /// What nobody wrote into a spec.
    private static let addedByRPM: RPMDependency.Sense = [
        .rpmlib, .config, .interpreter, .foundRequires, .foundProvides,
    ]

    private static let kinds: [(RelationField, RPMRelation)] = [
        (.requires, .requires), (.recommends, .recommends), (.suggests, .suggests), (.enhances, .enhances),
        (.supplements, .supplements), (.provides, .provides), (.conflicts, .conflicts),
        (.replaces, .obsoletes),
    ]
}

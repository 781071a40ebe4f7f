import Diagnostics
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
                for said in rpm.relations(relation) where said.sense.isDisjoint(with: Self.addedByRPM) {
                    items[field.needed(for: said.sense.purpose), default: []].append(said.text)
                }
            }
            items = items.mapValues(\.distinct)
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
        (.replaces, .obsoletes), (.order(""), .order),
    ]
}

extension RelationField {
    /// That of a tag with these words in brackets, which `Requires` and `OrderWithRequires` alone may have.
    func needed(for purpose: String) -> RelationField {
        switch self {
        case .requires where !purpose.isEmpty: .scripts(purpose)
        case .order: .order(purpose)
        default: self
        }
    }

    /// That of a tag of a spec; nil for one of something else.
    init?(tag: some StringProtocol, _ words: some StringProtocol) {
        // What it stands for since rpm 4.4.
        if tag.lowercased() == "prereq" {
            self = .scripts("pre,preun")
            return
        }
        let known = (Self.plain + [.order("")]).first { $0.rpm?.lowercased() == tag.lowercased() }
        guard let known else { return nil }
        self = known.needed(for: RPMDependency.Sense(purpose: words).purpose)
    }
}

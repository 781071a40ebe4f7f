import RPMFormat

extension OriginalMetadata {
    init(_ rpm: RPMReader) {
        self.init()
        let text = { (tag: RPMTag) -> String? in
            let text = rpm.text(tag)
            // Old rpmbuild wrote this for a tag that the spec left empty.
            return text.isEmpty || text == "(none)" ? nil : text
        }
        packageName = text(.name)
        packageVersion = "\(rpm.version)-\(rpm.release)"
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
        // A source package's requirements are for building it.
        relations = rpm.isSource ? nil : .rpm(Self.unique(rpm.relations(.requires).map(\.name)))
    }

    private static func unique(_ names: [String]) -> [String] {
        var distinct: [String] = []
        for name in names where !distinct.contains(name) { distinct.append(name) }
        return distinct
    }
}

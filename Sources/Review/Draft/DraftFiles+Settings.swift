import Archive
import Settings

/// mkdkms.yaml, and what a tree's own one is not asked for.
extension DraftFiles {
    /// mkdkms.yaml; nil where nothing is known that could stand in it.
    mutating func settings() -> String? {
        var yaml = ""
        let maintainer = take(.maintainer)
        if let maintainer { yaml += "maintainer: \(DraftYAML.quoted(maintainer))\n" }
        for key in [DraftFact.Key.license, .summary] {
            if let value = take(key) { yaml += "\(key.rawValue): \(DraftYAML.quoted(value))\n" }
        }
        if evidence.first(.homepage).map({ WebAddress.isOne($0.value) }) == true, let page = take(.homepage) {
            yaml += "homepage: \(DraftYAML.quoted(page))\n"
        }
        if let text = take(.description) { yaml += "description: \(DraftYAML.block(text))\n" }
        let entries = changelog(hasMaintainer: maintainer != nil)
        if !entries.isEmpty, take(.changelog) != nil {
            yaml += "changelog:\n" + entries.map(Self.entry).joined()
        }
        if !payload.isEmpty { yaml += "files:\n" + payload.map(Self.file).joined() }
        used += evidence.all(.files)
        return yaml.isEmpty ? nil : yaml
    }

    /// What holds only in a file that somebody named (`SettingsKey.Scope`): relations to other packages; nil for none.
    mutating func ownSettings() -> String? {
        let yaml =
            relations("deb", [(.debRequires, "requires"), (.debRecommends, "recommends")])
            + relations("rpm", [(.rpmRequires, "requires")])
        return yaml.isEmpty ? nil : yaml
    }

    /// The releases that a settings file may hold: newest first, each with somebody who made it.
    private func changelog(hasMaintainer: Bool) -> [DraftRelease] {
        var entries: [DraftRelease] = []
        for release in releases {
            guard ChangelogEntry.isVersion(release.version), hasMaintainer || release.author != nil,
                entries.last.map({ $0.time >= release.time }) != false
            else { continue }
            entries.append(release)
        }
        return entries
    }

    private static func entry(_ release: DraftRelease) -> String {
        var text = "  - version: \(DraftYAML.quoted(release.version))\n"
        text += "    date: \(DraftYAML.quoted(CalendarDate(release.time).rfc3339))\n"
        if let author = release.author { text += "    author: \(DraftYAML.quoted(author))\n" }
        return text + "    changes:\n"
            + release.changes.map { "      - \(DraftYAML.quoted($0))\n" }.joined()
    }

    private static func file(_ file: DraftPayload) -> String {
        var fields = ["role: \(file.role.rawValue)", "source: \(DraftYAML.quoted(file.source))"]
        if let name = file.name { fields.append("name: \(DraftYAML.quoted(name))") }
        if let folder = file.folder { fields.append("destination: \(DraftYAML.quoted(folder))") }
        return "  - {\(fields.joined(separator: ", "))}\n"
    }

    private mutating func relations(_ format: String, _ keys: [(DraftFact.Key, String)]) -> String {
        var text = ""
        for (key, name) in keys {
            let facts = evidence.all(key)
            guard !facts.isEmpty else { continue }
            used += facts
            text += "    \(name):\n" + facts.map { "      - \(DraftYAML.quoted($0.value))\n" }.joined()
        }
        // They are those of a package with the source; finished modules may need none of them.
        return text.isEmpty ? "" : "\(format):\n  \(PackageKind.dkms.rawValue):\n" + text
    }
}

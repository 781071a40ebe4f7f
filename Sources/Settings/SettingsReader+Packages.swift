import Archive
import Diagnostics

/// The changelog, and relations to other packages.
extension SettingsReader {
    mutating func changelog(_ field: Field) -> [ChangelogEntry] {
        guard let items = items(field) else { return [] }
        var entries: [ChangelogEntry] = []
        for item in items {
            guard let entry = entry(item) else { continue }
            if let before = entries.last, before.time < entry.time {
                fault(
                    item, "bad-value", "this entry is newer than the one before it",
                    hint: "put the newest entry first")
            }
            entries.append(entry)
        }
        return entries
    }

    private mutating func entry(_ node: YAMLNode) -> ChangelogEntry? {
        guard let fields = fields(of: node, keys: SettingsKey.ofChangelog, "an entry of the changelog") else {
            return nil
        }
        var entry = ChangelogEntry(version: "", time: 0, author: "", changes: [])
        entry.place = place(node)
        for field in fields {
            switch field.key {
            case "version":
                guard let text = line(field) else { return nil }
                entry.version = text
                if !ChangelogEntry.isVersion(text) {
                    fault(
                        field.node, "bad-value", "\"\(text)\" is no version of a package",
                        hint: "write it as packages do, with or without a revision: 1.5.0, 1.5.0-1, 1.6~rc1-1"
                    )
                }
            case "date":
                guard let text = line(field) else { return nil }
                guard let time = CalendarDate.seconds(rfc3339: text), time >= 0 else {
                    fault(
                        field.node, "bad-value", "\"\(text)\" is no date",
                        hint: "write it as in 2026-03-01 or 2026-03-01T09:30:00Z")
                    return nil
                }
                entry.time = time
            case "author":
                guard let text = option(field, .contact) else { return nil }
                entry.author = text
            default: entry.changes = changes(field)
            }
        }
        return demand(["version", "date", "changes"], in: fields, of: node, "an entry of the changelog")
            ? entry : nil
    }

    private mutating func changes(_ field: Field) -> [String] {
        guard case .sequence(let items) = field.node.content else { return paragraphs(field) }
        var changes: [String] = []
        for item in said(items, in: field) {
            changes.append(contentsOf: paragraphs(Field(key: "an item of changes", node: item)))
        }
        return changes
    }

    /// Faults for keys that have to be there; false where one isn't.
    mutating func demand(_ keys: [String], in fields: [Field], of node: YAMLNode, _ what: String) -> Bool {
        let missing = keys.filter { key in !fields.contains { $0.key == key } }
        guard !missing.isEmpty else { return true }
        fault(node, "missing-key", "\(what) lacks \(missing.joined(separator: " and "))", hint: "add it")
        return false
    }

    /// Who made a release is the maintainer, where nobody says.
    mutating func fillAuthors(_ maintainer: String) {
        for index in project.changelog.indices where project.changelog[index].author.isEmpty {
            project.changelog[index].author = maintainer
        }
    }

    mutating func refuseEntriesWithoutAuthor(_ fields: [Field]) {
        guard project.changelog.contains(where: \.author.isEmpty),
            let field = fields.first(where: { $0.key == "changelog" })
        else { return }
        fault(
            field.node, "missing-key", "an entry of the changelog has no author",
            hint: "add author to it, or maintainer to the file")
    }
}

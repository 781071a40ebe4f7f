import Converters
import DebFormat
import Settings
import SourceTree

/// What a `debian/` says: control, changelog, `NAME.dkms`; the one that `dkms mkdeb` of dkms 2 fills in too.
struct DraftDebian {
    var facts: [DraftFact] = []
    private(set) var releases: [DraftRelease] = []
    /// What debhelper would install beside the source.
    var files: [DraftPayload] = []
    /// Those of ``files``.
    var sources: Set<String> = []
    /// A dkms.conf, with `#MODULE_VERSION#` in it (dh_dkms(1)).
    private(set) var conf: (text: String, path: String)?

    init(_ folder: DraftFolder) {
        let controls = folder.paths.filter { path in
            path == "debian/control" || path.hasSuffix("/debian/control")
        }
        let folders = Set(controls.map(DraftFolder.folder))
        let files = Dictionary(
            grouping: folder.paths.filter { folders.contains(DraftFolder.folder(of: $0)) },
            by: DraftFolder.folder)
        for control in controls {
            let debian = DraftFolder.folder(of: control)
            readControl(folder.text(control) ?? "", control)
            readChangelog(folder.text("\(debian)/changelog") ?? "", "\(debian)/changelog")
            for path in files[debian] ?? [] {
                readPayload(path, folder)
                guard path.hasSuffix(".dkms") || path == "\(debian)/dkms", conf == nil else { continue }
                conf = folder.text(path).map { ($0, path) }
            }
        }
    }

    /// Words that dkms 2 fills in when it copies its template.
    static func isOpen(_ text: String) -> Bool {
        ["DEBIAN_PACKAGE", "MODULE_NAME", "MODULE_VERSION", "DATE_STAMP", "${", "#MODULE"].contains {
            text.contains($0)
        }
    }

    private mutating func add(_ key: DraftFact.Key, _ value: String, _ path: String, _ line: Int) {
        if !value.isEmpty, !Self.isOpen(value) { facts.append(DraftFact(key, value, path, line)) }
    }

    private mutating func readControl(_ text: String, _ path: String) {
        let paragraphs = Self.paragraphs(text)
        let binary = paragraphs.dropFirst().first {
            PackageIdentity.isDkmsPackage($0["package"]?.value ?? "")
        }
        // The module's name can't be told from one such as nvidia-dkms-535: the source is called after it.
        let ending = binary?["package"].flatMap {
            PackageIdentity.withoutDkmsSuffix($0.value) == $0.value ? nil : $0
        }
        if let named = ending ?? paragraphs.first?["source"] {
            add(.name, PackageIdentity.withoutDkmsSuffix(named.value), path, named.line)
        }
        for paragraph in paragraphs.prefix(1) {
            // What the template of dkms 2 has there is nobody's driver's.
            if let field = paragraph["maintainer"], Contact.isOne(field.value),
                paragraph["source"].map({ !Self.isOpen($0.value) }) == true
            {
                add(.maintainer, field.value, path, field.line)
            }
            if let field = paragraph["homepage"] { add(.homepage, field.value, path, field.line) }
        }
        guard let package = binary ?? paragraphs.dropFirst().first else { return }
        if let field = package["description"] {
            let lines = DraftFolder.lines(field.value)
            add(.summary, lines.first ?? "", path, field.line)
            let long = lines.dropFirst().map { $0 == "." ? "" : $0 }.joined(separator: "\n")
            let own = StockDescription.without(long).joined(separator: "\n\n")
            add(.description, own, path, field.line + 1)
        }
        for (name, key) in [("depends", DraftFact.Key.debRequires), ("recommends", .debRecommends)] {
            guard let field = package[name] else { continue }
            for item in DebianRelation.items(of: field.value) {
                // What each package of a module needs is not for the settings to say.
                guard let relation = DebianRelation(item), relation.isForAll,
                    !relation.alternatives.contains(where: { CarriedRelations.isOwn($0.name) })
                else { continue }
                add(key, relation.text, path, field.line)
            }
        }
    }

    private struct Field { var value: String; let line: Int }

    /// deb822 (deb-control(5)): names in lower case, lines of continuation without their blank.
    private static func paragraphs(_ text: String) -> [[String: Field]] {
        var paragraphs: [[String: Field]] = [[:]]
        var last: String?
        for (number, line) in DraftFolder.lines(text).enumerated() where !line.hasPrefix("#") {
            if line.allSatisfy(\.isWhitespace) {
                if paragraphs.last?.isEmpty == false { paragraphs.append([:]) }
                last = nil
            } else if line.hasPrefix(" ") || line.hasPrefix("\t") {
                if let last { paragraphs[paragraphs.count - 1][last]?.value += "\n" + line.dropFirst() }
            } else if let colon = line.firstIndex(of: ":") {
                let name = line[..<colon].lowercased()
                let value = line[line.index(after: colon)...].drop { $0.isWhitespace }
                paragraphs[paragraphs.count - 1][name] = Field(
                    value: String(value).trimmed, line: number + 1)
                last = name
            }
        }
        return paragraphs.filter { !$0.isEmpty }
    }

    private mutating func readChangelog(_ text: String, _ path: String) {
        let entries = DebianChangelog(text).entries
        if let newest = entries.first, newest.line == 1 {
            add(.version, PackageNaming.unrepacked(DebianVersion(newest.version).upstream), path, 1)
        }
        for entry in entries {
            guard let time = entry.time, time >= 0, !entry.changes.isEmpty else { continue }
            let version = DebianVersion(entry.version)
            let suffix = version.revision.map { "-\($0)" } ?? ""
            releases.append(
                DraftRelease(
                    version: PackageNaming.unrepacked(version.upstream) + suffix, time: time,
                    author: Contact.isOne(entry.author) ? entry.author : nil, changes: entry.changes))
        }
        if !releases.isEmpty, !facts.contains(where: { $0.key == .changelog }) {
            facts.append(DraftFact(.changelog, "\(releases.count) versions", path))
        }
    }
}

extension String {
    /// Without blanks at either end.
    var trimmed: String {
        let start = drop { $0.isWhitespace }
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...end])
    }
}

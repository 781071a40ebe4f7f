import Settings

/// What a `debian/` says: control, changelog, `NAME.dkms`; the one that `dkms mkdeb` of dkms 2 fills in too.
struct DraftDebian {
    var facts: [DraftFact] = []
    private(set) var releases: [DraftRelease] = []
    /// What debhelper would install beside the source.
    var files: [DraftPayload] = []
    /// A dkms.conf, with `#MODULE_VERSION#` in it (dh_dkms(1)).
    private(set) var conf: (text: String, path: String)?

    init(_ folder: DraftFolder) {
        for control in folder.paths.filter({ $0.hasSuffix("debian/control") }) {
            let debian = DraftFolder.folder(of: control)
            guard debian == "debian" || debian.hasSuffix("/debian") else { continue }
            readControl(folder.text(control) ?? "", control)
            readChangelog(folder.text("\(debian)/changelog") ?? "", "\(debian)/changelog")
            for path in folder.paths where DraftFolder.folder(of: path) == debian {
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

    /// A package, with a version or without (Debian Policy 7.1).
    private static var relation: Regex<Substring> {
        /[a-z0-9][a-z0-9+.\-]+(?: \((?:<<|<=|=|>=|>>) [0-9][0-9A-Za-z.+~:\-]*\))?/
    }

    private mutating func readControl(_ text: String, _ path: String) {
        let paragraphs = Self.paragraphs(text)
        let binary = paragraphs.dropFirst().first { $0["package"]?.value.hasSuffix("-dkms") == true }
        if let package = binary?["package"] {
            add(.name, String(package.value.dropLast(5)), path, package.line)
        } else if let source = paragraphs.first?["source"] {
            let name = source.value.hasSuffix("-dkms") ? String(source.value.dropLast(5)) : source.value
            add(.name, name, path, source.line)
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
            add(.description, long, path, field.line + 1)
        }
        for (name, key) in [("depends", DraftFact.Key.debRequires), ("recommends", .debRecommends)] {
            guard let field = package[name] else { continue }
            for item in field.value.replacing("\n", with: " ").split(separator: ",") {
                let relation = item.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                let isPlain = relation.split(separator: " | ").allSatisfy {
                    $0.wholeMatch(of: Self.relation) != nil
                }
                let first = relation.prefix { $0 != " " }
                // Every package of a module depends on these anyway.
                if isPlain, !["dkms", "kmod", "make", "gcc"].contains(String(first)) {
                    add(key, relation, path, field.line)
                }
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

    /// debian/changelog (deb-changelog(5)).
    private mutating func readChangelog(_ text: String, _ path: String) {
        var version: String?
        var changes: [String] = []
        for (number, line) in DraftFolder.lines(text).enumerated() {
            if let head = line.firstMatch(of: #/^\S+ \(([^)\s]+)\) /#) {
                version = Self.withoutEpoch(String(head.1))
                changes = []
                if number == 0, let version { add(.version, Self.upstream(version), path, 1) }
            } else if let item = line.firstMatch(of: #/^  [*+-] (.+)/#) {
                changes.append(String(item.1).trimmed)
            } else if let trailer = line.firstMatch(of: #/^ -- (.+>)  (.+)$/#) {
                if let version, let date = DraftDate.debian(String(trailer.2)), !changes.isEmpty {
                    let author = String(trailer.1)
                    releases.append(
                        DraftRelease(
                            version: version, date: date, author: Contact.isOne(author) ? author : nil,
                            changes: changes))
                }
                version = nil
            } else if line.hasPrefix("    "), !changes.isEmpty {
                changes[changes.count - 1] += " " + line.trimmed
            }
        }
        if !releases.isEmpty, !facts.contains(where: { $0.key == .changelog }) {
            facts.append(DraftFact(.changelog, "\(releases.count) versions", path))
        }
    }

    private static func withoutEpoch(_ version: String) -> String {
        version.split(separator: ":", maxSplits: 1).last.map(String.init) ?? version
    }

    /// `1.5.0` of `1.5.0+dfsg-2`.
    private static func upstream(_ version: String) -> String {
        var text = version[...]
        if let dash = text.lastIndex(of: "-") { text = text[..<dash] }
        return String(text.replacing(/[+~](?:dfsg|ds|repack)[0-9.]*$/, with: ""))
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

import Settings

/// What a .spec says in its preamble, description and changelog; the one that `dkms mkrpm` of dkms 2 fills in too.
struct DraftSpec {
    private(set) var facts: [DraftFact] = []
    private(set) var releases: [DraftRelease] = []
    private var macros: [String: String] = [:]

    init(_ folder: DraftFolder) {
        guard let path = folder.paths.first(where: { $0.hasSuffix(".spec") }), let text = folder.text(path)
        else { return }
        read(DraftFolder.lines(text), path)
    }

    private mutating func read(_ lines: [String], _ path: String) {
        var section = ""
        var description: (lines: [String], start: Int) = ([], 0)
        var log: [String] = []
        for (number, line) in lines.enumerated() {
            if let define = line.firstMatch(of: /^%(?:define|global)\s+(\w+)\s+(\S.*)$/) {
                macros[String(define.1)] = expanded(String(define.2).trimmed)
            } else if let start = line.firstMatch(
                of:
                    /^%(description|prep|build|install|clean|files|changelog|post|postun|pre|preun|package|check|posttrans|pretrans|triggerin)\b(.*)/
            ) {
                // Those of subpackages are others'.
                section = start.2.allSatisfy(\.isWhitespace) ? String(start.1) : "other"
                if section == "description" { description.start = number + 2 }
            } else if section.isEmpty {
                readTag(line, path, number + 1)
            } else if section == "description" {
                description.lines.append(expanded(line))
            } else if section == "changelog" {
                log.append(line)
            }
        }
        add(.description, description.lines.joined(separator: "\n").trimmed, path, description.start)
        readChangelog(log)
        if !releases.isEmpty { facts.append(DraftFact(.changelog, "\(releases.count) versions", path)) }
    }

    private mutating func add(_ key: DraftFact.Key, _ value: String, _ path: String, _ line: Int) {
        if !value.isEmpty, !value.contains("%") { facts.append(DraftFact(key, value, path, line)) }
    }

    private mutating func readTag(_ line: String, _ path: String, _ number: Int) {
        guard let tag = line.firstMatch(of: /^([A-Za-z]+)(?:\(\w+\))?\s*:\s*(\S.*)$/) else { return }
        let value = expanded(String(tag.2).trimmed)
        switch tag.1.lowercased() {
        case "name":
            macros["name"] = value
            add(.name, value.replacing(/-dkms$|^dkms-|-kmod$|^kmod-/, with: ""), path, number)
        case "version":
            macros["version"] = value
            add(.version, value, path, number)
        case "summary": add(.summary, value, path, number)
        case "url": add(.homepage, value, path, number)
        case "packager": if Contact.isOne(value) { add(.maintainer, value, path, number) }
        case "license": if let license = Self.license(value) { add(.license, license, path, number) }
        case "requires":
            for item in value.split(separator: ",") {
                let relation = String(item).trimmed
                let first = String(relation.prefix { $0 != " " })
                let isPlain = relation.wholeMatch(
                    of: /[A-Za-z0-9\/_][^\s,<>=()]*(?: (?:<|<=|=|>=|>) [^\s,<>=]+)?/)
                if isPlain != nil, !["dkms", "kmod", "make", "gcc", "bash", "sh"].contains(first) {
                    add(.rpmRequires, relation, path, number)
                }
            }
        default: break
        }
    }

    /// `%{name}`, `%{?name}` and `%name` of macros that the file defines; others stay.
    private func expanded(_ text: String) -> String {
        text.replacing(/%\{\??(\w+)\}|%(\w+)/) { match in
            macros[String(match.1 ?? match.2 ?? "")] ?? String(match.0)
        }
    }

    /// Fedora's names of licences before it took SPDX's; nil for what says too little.
    private static func license(_ text: String) -> String? {
        switch text {
        case "GPLv2", "GPL v2", "GPL-2.0": "GPL-2.0-only"
        case "GPLv2+", "GPL-2.0+": "GPL-2.0-or-later"
        case "GPLv3": "GPL-3.0-only"
        case "GPLv3+": "GPL-3.0-or-later"
        case "MIT": text
        default: text.contains("-") && !text.contains("%") ? text : nil
        }
    }

    private mutating func readChangelog(_ lines: [String]) {
        var entry: (version: String, date: String, author: String?)?
        var changes: [String] = []
        func release() -> DraftRelease? {
            guard let entry, !changes.isEmpty else { return nil }
            return DraftRelease(
                version: entry.version, date: entry.date, author: entry.author, changes: changes)
        }
        for line in lines {
            if line.hasPrefix("* ") {
                if let done = release() { releases.append(done) }
                (entry, changes) = (nil, [])
                if let head = line.firstMatch(of: /^\* (\S+ \S+ +\S+ \S+) (.+?>) ?-? ?(?:\d+:)?(\S+)$/),
                    let date = DraftDate.spec(String(head.1))
                {
                    let author = String(head.2)
                    entry = (String(head.3), date, Contact.isOne(author) ? author : nil)
                }
            } else if let item = line.firstMatch(of: /^\s*- (.+)/) {
                changes.append(expanded(String(item.1).trimmed))
            } else if !line.allSatisfy(\.isWhitespace), !changes.isEmpty {
                changes[changes.count - 1] += " " + expanded(line.trimmed)
            }
        }
        if let done = release() { releases.append(done) }
    }
}

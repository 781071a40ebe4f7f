import Archive
import Converters
import DebFormat
import RPMFormat
import Settings

/// What a .spec says in its preamble, description and changelog; the one that `dkms mkrpm` of dkms 2 fills in too.
struct DraftSpec {
    private(set) var facts: [DraftFact] = []
    private(set) var releases: [DraftRelease] = []
    private var macros = SpecMacros()

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
                macros.values[String(define.1)] = expanded(String(define.2).trimmed)
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
                description.lines.append(line)
            } else if section == "changelog" {
                log.append(line)
            }
        }
        if let text = expanded(description.lines.joined(separator: "\n").trimmed) {
            let own = StockDescription.without(text).joined(separator: "\n\n")
            add(.description, own, path, description.start)
        }
        readChangelog(log)
        if !releases.isEmpty { facts.append(DraftFact(.changelog, "\(releases.count) versions", path)) }
    }

    private mutating func add(_ key: DraftFact.Key, _ value: String, _ path: String, _ line: Int) {
        if !value.isEmpty { facts.append(DraftFact(key, value, path, line)) }
    }

    private mutating func readTag(_ line: String, _ path: String, _ number: Int) {
        guard let tag = line.firstMatch(of: /^([A-Za-z]+)(?:\(\w+\))?\s*:\s*(\S.*)$/) else { return }
        guard let value = expanded(String(tag.2).trimmed) else { return }
        switch tag.1.lowercased() {
        case "name":
            macros.values["name"] = value
            add(.name, value.replacing(/-dkms$|^dkms-|-kmod$|^kmod-/, with: ""), path, number)
        case "version":
            macros.values["version"] = value
            add(.version, value, path, number)
        case "summary": add(.summary, value, path, number)
        case "url": add(.homepage, value, path, number)
        case "packager": if Contact.isOne(value) { add(.maintainer, value, path, number) }
        case "license": if let license = Self.license(value) { add(.license, license, path, number) }
        case "requires":
            for item in RPMDependency.items(of: value)
            where !item.isRich && RPMDependency(parsing: item.text) != nil
                && !CarriedRelations.isOwn(item.name)
            {
                add(.rpmRequires, item.text, path, number)
            }
        default: break
        }
    }

    /// Nil where a macro is in it that the file doesn't define.
    private func expanded(_ text: String) -> String? { try? macros.expanded(text) }

    /// Fedora's names of licences before it took SPDX's; nil for what says too little.
    private static func license(_ text: String) -> String? {
        switch text {
        case "GPLv2", "GPL v2", "GPL-2.0": "GPL-2.0-only"
        case "GPLv2+", "GPL-2.0+": "GPL-2.0-or-later"
        case "GPLv3": "GPL-3.0-only"
        case "GPLv3+": "GPL-3.0-or-later"
        case "MIT": text
        default: text.contains("-") ? text : nil
        }
    }

    /// `* DATE AUTHOR - VERSION`, and lines of changes below.
    private mutating func readChangelog(_ lines: [String]) {
        var entry: (time: Int64, author: String, lines: [String])?
        for line in lines + ["* "] {
            guard line.hasPrefix("* ") else {
                entry?.lines.append(expanded(line) ?? line)
                continue
            }
            if let entry, let release = release(entry) { releases.append(release) }
            entry = nil
            if let head = line.wholeMatch(of: /\* (\S+ \S+ +\S+ \S+) (.*)/),
                let time = CalendarDate.seconds(changelog: String(head.1)), time >= 0
            {
                entry = (time, expanded(String(head.2)) ?? String(head.2), [])
            }
        }
    }

    private func release(_ entry: (time: Int64, author: String, lines: [String])) -> DraftRelease? {
        let change = RPMPackage.Change(
            time: entry.time, author: entry.author, text: entry.lines.joined(separator: "\n"))
        let (author, written) = change.heading
        guard let version = written.map({ DebianVersion($0).withoutEpoch }), !change.items.isEmpty else {
            return nil
        }
        return DraftRelease(
            version: version, time: change.time, author: Contact.isOne(author) ? author : nil,
            changes: change.items)
    }
}

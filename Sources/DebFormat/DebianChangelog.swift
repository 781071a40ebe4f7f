import Archive
import Diagnostics

/// A Debian changelog, in a source or in a package (deb-changelog(5)), as far as it is well-formed.
package struct DebianChangelog: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        /// With epoch and revision, where it has them.
        package let version: String
        /// Seconds since 1970; nil where the entry has no end, or no date there is.
        package fileprivate(set) var time: Int64?
        /// `Name <mail>`; empty where the entry has no end.
        package fileprivate(set) var author = ""
        /// One per item, its lines made one; an item with a list in it keeps its lines.
        package fileprivate(set) var changes: [String] = []
        /// The line of its heading, counted from 1.
        package let line: Int
    }

    /// In the order of the file, which has the newest first.
    package private(set) var entries: [Entry] = []

    /// - Parameter limit: how many entries are read.
    package init(_ text: String, limit: Int = .max) {
        var item: [Substring] = []
        var isOpen = false
        let lines = text.lines
        for (number, line) in lines.enumerated() {
            if let head = line.prefixMatch(of: #/\S+ \(([^)\s]+)\)(?= |;|$)/#) {
                finish(&item, isOpen)
                guard entries.count < limit else { return }
                entries.append(Entry(version: String(head.1), line: number + 1))
                isOpen = true
            } else if let end = line.prefixMatch(of: #/ -- (.+>) +(\S.*)$/#) {
                finish(&item, isOpen)
                if isOpen {
                    entries[entries.count - 1].author = String(end.1)
                    entries[entries.count - 1].time = CalendarDate.seconds(rfc2822: String(end.2))
                }
                isOpen = false
            } else if line.prefixMatch(of: #/  [*+-] +\S/#) != nil {
                finish(&item, isOpen)
                item = [line.dropFirst(4).drop { $0 == " " }]
            } else if line.prefixMatch(of: #/  +\[ .* \]\s*$/#) != nil || line.allSatisfy(\.isWhitespace) {
                // Whose items follow; the entry has one author.
                finish(&item, isOpen)
            } else if line.hasPrefix("  ") {
                item.append(
                    item.isEmpty ? line.drop { $0 == " " } : line.dropFirst(line.hasPrefix("    ") ? 4 : 2))
            }
        }
        finish(&item, isOpen)
    }

    /// Makes the lines of an item a change of the last entry.
    private mutating func finish(_ item: inout [Substring], _ isOpen: Bool) {
        defer { item = [] }
        guard isOpen, !item.isEmpty else { return }
        entries[entries.count - 1].changes.append(ChangeText.joined(item))
    }
}

import Archive

/// What the two texts of a changelog's entry hold, by the conventions that packages follow.
extension RPMPackage.Change {
    /// Who made it, and the version that the heading ends with, epoch included; nil where it names none.
    package var heading: (author: String, version: String?) {
        // What one looks for takes the cube of the length, and what is longer than this is no heading.
        guard author.utf8.count <= 512,
            let match = author.wholeMatch(
                of: /\s*(.*?>|.*?\S(?=\s+-)|.*?\S+@\S+)\s+(?:-\s*)?((?:[0-9]+:)?[0-9][^\s<>@]*)\s*/)
        else {
            return (author.split(whereSeparator: \.isWhitespace).joined(separator: " "), nil)
        }
        return (String(match.1), String(match.2))
    }

    /// One per item, its lines made one; an item with a list in it keeps its lines.
    package var items: [String] {
        var items: [[Substring]] = []
        for line in text.split(whereSeparator: \.isNewline) where !line.allSatisfy(\.isWhitespace) {
            if let bullet = line.prefixMatch(of: /[*-] +/) {
                items.append([line[bullet.range.upperBound...]])
            } else if items.isEmpty {
                items.append([line.drop(while: \.isWhitespace)])
            } else {
                items[items.count - 1].append(line.hasPrefix("  ") ? line.dropFirst(2) : line)
            }
        }
        return items.map(ChangeText.joined)
    }
}

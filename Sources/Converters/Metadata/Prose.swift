/// Text of people as the descriptions and changelogs of packages carry it.
enum Prose {
    /// A paragraph in lines of at most `width` columns, which lintian and rpmlint ask for.
    ///
    /// Lists and indented lines stay as they are, but for blanks at their ends: their breaks mean something. A longer word
    /// stays whole, and so does a word with one before it that would be more than a word at the start of a line.
    static func wrapped(_ paragraph: String, width: Int = 75) -> String {
        let lines = paragraph.split(whereSeparator: \.isNewline).map(withoutBlanksAtEnd)
        let isLaidOut = lines.contains { $0.first.map { " \t*-•".contains($0) } ?? false }
        guard !isLaidOut else { return lines.joined(separator: "\n") }
        var result: [String] = []
        var line = ""
        for piece in pieces(of: paragraph) {
            if !line.isEmpty, line.count + 1 + piece.count > width {
                result.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + piece
        }
        return (result + [line]).joined(separator: "\n")
    }

    /// What no line is broken in: words, and with each of them those behind it that no line is to begin with.
    private static func pieces(of paragraph: String) -> [String] {
        var pieces: [String] = []
        for word in paragraph.split(whereSeparator: \.isWhitespace) {
            if let last = pieces.indices.last, isMoreThanAWord(word) {
                pieces[last] += " " + word
            } else {
                pieces.append(String(word))
            }
        }
        return pieces
    }

    /// At the start of a line `%` is a directive to rpmbuild and `#` a comment, which it leaves out, `.` a control statement
    /// to dpkg, and the others make an item of a list of it, or an entry of a changelog.
    private static func isMoreThanAWord(_ word: Substring) -> Bool {
        word.unicodeScalars.first.map { "%#.*-•".unicodeScalars.contains($0) } ?? false
    }

    /// rpmbuild takes them away too.
    private static func withoutBlanksAtEnd(_ line: Substring) -> Substring {
        guard let last = line.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return line[...last]
    }

    /// An item of a list: its first line behind `bullet`, the others as far in.
    static func item(_ text: String, bullet: String, width: Int = 76) -> String {
        let lines = wrapped(text, width: width - bullet.count).split(separator: "\n")
        let margin = String(repeating: " ", count: bullet.count)
        return lines.enumerated().map { ($0 == 0 ? bullet : margin) + $1 }.joined(separator: "\n")
    }
}

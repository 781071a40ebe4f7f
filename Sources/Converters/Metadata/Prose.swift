/// Text of people as the descriptions and changelogs of packages carry it.
enum Prose {
    /// A paragraph in lines of at most `width` columns, which lintian and rpmlint ask for.
    ///
    /// Lists and indented lines stay as they are: their breaks mean something. A longer word stays whole.
    static func wrapped(_ paragraph: String, width: Int = 75) -> String {
        let lines = paragraph.split(whereSeparator: \.isNewline)
        let isLaidOut = lines.contains { $0.first.map { " \t*-•".contains($0) } ?? false }
        guard !isLaidOut else { return lines.joined(separator: "\n") }
        var result: [String] = []
        var line = ""
        for word in paragraph.split(whereSeparator: \.isWhitespace) {
            if !line.isEmpty, line.count + 1 + word.count > width {
                result.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return (result + [line]).joined(separator: "\n")
    }

    /// An item of a list: its first line behind `bullet`, the others as far in.
    static func item(_ text: String, bullet: String, width: Int = 76) -> String {
        let lines = wrapped(text, width: width - bullet.count).split(separator: "\n")
        let margin = String(repeating: " ", count: bullet.count)
        return lines.enumerated().map { ($0 == 0 ? bullet : margin) + $1 }.joined(separator: "\n")
    }
}

import Diagnostics

extension DkmsConf {
    /// The statements of a dkms.conf that give a directive its values, as they are written: with the variables that dkms
    /// fills in for each kernel.
    ///
    /// Whole lines, without what may stand around them, such as `if`.
    package static func statements(setting directive: String, in text: String) -> [String] {
        let lines = text.lines
        var statements: [String] = []
        var end = 0
        // A line that is part of a statement already may look like one itself.
        for number in ConfText(text, file: "").lines(setting: directive) where number > end {
            var statement = ""
            end = number - 1
            repeat {
                statement += (statement.isEmpty ? "" : "\n") + lines[end]
                end += 1
            } while end < lines.count && !isWhole(statement)
            statements.append(statement)
        }
        return statements
    }

    /// Whether no quote is open at the end, and no backslash joins the next line.
    private static func isWhole(_ statement: String) -> Bool {
        var open: Character?
        var last: Character = " "
        var isComment = false
        for character in statement {
            defer { last = last == "\\" && character == "\\" ? " " : character }
            if isComment {
                isComment = character != "\n"
            } else if last == "\\", open != "'" {
                continue
            } else if character == open {
                open = nil
            } else if open == nil, character == "'" || character == "\"" {
                open = character
            } else if open == nil, character == "#", last.isWhitespace {
                isComment = true
            }
        }
        return open == nil && (isComment || last != "\\")
    }
}

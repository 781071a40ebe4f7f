/// Text as YAML 1.1 has it.
enum DraftYAML {
    /// In double quotes; control characters are left out, which no field of a package has a place for.
    static func quoted(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _ where scalar.properties.generalCategory == .control: break
            case "\u{2028}", "\u{2029}", "\u{FEFF}": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return "\"\(result)\""
    }

    /// Behind `|` where the text can stand so, which people like better to change.
    static func block(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let isPlain =
            lines.first.map { !$0.isEmpty && !$0.hasPrefix(" ") } == true
            && lines.last.map { !$0.isEmpty } == true
            && text.unicodeScalars.allSatisfy {
                $0 == "\n"
                    || $0.properties.generalCategory != .control && $0 != "\u{2028}" && $0 != "\u{2029}"
                        && $0 != "\u{FEFF}"
            }
        guard isPlain else { return quoted(text) }
        return "|" + lines.map { $0.isEmpty ? "\n" : "\n  \($0)" }.joined()
    }
}

/// The lines of one item of a changelog, whichever format it is in.
package enum ChangeText {
    /// Made one line, for their breaks mean nothing; kept where there is a list among them.
    ///
    /// Control characters become blanks: no field of a package has a place for them.
    package static func joined(_ lines: [Substring]) -> String {
        let plain = lines.map { line in
            String(
                String.UnicodeScalarView(
                    line.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
        }
        let hasList = plain.dropFirst().contains { line in
            line.prefixMatch(of: /\s*[*•-] +\S/) != nil
        }
        if hasList { return plain.map(\.withoutTrailingBlanks).joined(separator: "\n") }
        return plain.flatMap { $0.split(whereSeparator: \.isWhitespace) }.joined(separator: " ")
    }
}

extension String {
    fileprivate var withoutTrailingBlanks: Substring {
        lastIndex { !$0.isWhitespace }.map { self[...$0] } ?? ""
    }
}

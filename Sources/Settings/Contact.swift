/// A person as Debian's Maintainer, a changelog and rpm's Packager have them.
package enum Contact {
    /// Whether it is one name with a mail address, `Name <mail>`, in one line.
    package static func isOne(_ text: String) -> Bool {
        guard text.hasSuffix(">"), let start = text.firstIndex(of: "<") else { return false }
        let name = text[..<start]
        let address = text[start...].dropFirst().dropLast()
        return name.last == " " && !name.allSatisfy(\.isWhitespace)
            && !name.contains { $0 == ">" || $0.isNewline }
            && address.dropFirst().dropLast().contains { $0 == "@" }
            && !address.contains { $0 == "<" || $0 == ">" || $0.isWhitespace }
    }

    /// One as mail programs read it, and with them Debian's: a name with a comma or the like stands in quotes (RFC 5322,
    /// 3.2.3; but for the full stop, which they take).
    package static func mailbox(_ text: String) -> String {
        guard let end = text.lastIndex(of: "<") else { return text }
        var name = text[..<end]
        while name.last?.isWhitespace == true { name.removeLast() }
        let scalars = Set(name.unicodeScalars)
        guard !scalars.isDisjoint(with: ",;:@()[]".unicodeScalars),
            scalars.isDisjoint(with: "\"\\".unicodeScalars)
        else { return text }
        return "\"\(name)\" \(text[end...])"
    }
}

/// A page that a package points to.
package enum WebAddress {
    /// Whether it is one word that begins as an address of the web does.
    package static func isOne(_ text: String) -> Bool {
        ["http://", "https://"].contains { text.hasPrefix($0) && text.utf8.count > $0.utf8.count }
            && !text.contains(where: \.isWhitespace)
    }
}

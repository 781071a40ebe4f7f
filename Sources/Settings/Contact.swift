/// A person as Debian's Maintainer, a changelog and rpm's Packager have them.
package enum Contact {
    /// Whether it is one name with a mail address, `Name <mail>`, in one line.
    package static func isOne(_ text: String) -> Bool {
        text.wholeMatch(of: /[^<>\n\r]+ <[^<>\s]+@[^<>\s]+>/) != nil
            && !text.prefix { $0 != "<" }.allSatisfy(\.isWhitespace)
    }
}

/// A page that a package points to.
package enum WebAddress {
    /// Whether it is one word that begins as an address of the web does.
    package static func isOne(_ text: String) -> Bool { text.wholeMatch(of: /https?:\/\/\S+/) != nil }
}

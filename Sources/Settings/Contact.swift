/// A person as Debian's Maintainer, a changelog and rpm's Packager have them.
package enum Contact {
    /// Whether it is one name with a mail address, `Name <mail>`, in one line.
    package static func isOne(_ text: String) -> Bool {
        text.wholeMatch(of: /[^<>\n\r]+ <[^<>\s]+@[^<>\s]+>/) != nil
            && !text.prefix { $0 != "<" }.allSatisfy(\.isWhitespace)
    }
}

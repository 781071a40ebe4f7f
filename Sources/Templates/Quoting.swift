package import Diagnostics

/// Where a value lands in a template, and so what must be done to it to come out there literally.
package enum Quoting: Hashable, Sendable {
    /// One word of a POSIX shell script, bare where it is safe and in single quotes elsewhere. The token must not
    /// stand inside quotes.
    case shell
    /// A tag of an RPM spec file: one line, in which no macro is expanded.
    case rpmMacro
    /// Text of an RPM spec file, such as a description or a whole scriptlet.
    case rpmText
    /// The value of a field of a Debian control file; further lines become continuation lines.
    case deb822
    /// A JSON string with its quotes.
    case json
    /// As it is; only for text that is already in the template's language.
    case verbatim

    /// - Throws: `unquotable-value` for what cannot be expressed there, such as a NUL in a shell script.
    package func quote(_ value: String) throws(Diagnostic) -> String {
        switch self {
        case .shell: try Self.shell(value)
        case .rpmMacro:
            Self.rpm(try Self.singleLine(value, "a tag of a spec file"))
        case .rpmText: Self.rpm(value)
        case .deb822: try Self.deb822(value)
        case .json: Self.json(value)
        case .verbatim: value
        }
    }

    private static func shell(_ value: String) throws(Diagnostic) -> String {
        guard !value.utf8.contains(0) else { throw unquotable(value, "a shell script", "has a NUL byte") }
        if !value.isEmpty, value.utf8.allSatisfy(isPlain) { return value }
        return "'" + replacing("'", in: value, with: #"'\''"#) + "'"
    }

    /// When rpmbuild looks for macros that go on in the next line it passes over what stands behind a backslash, and would
    /// take the second of two percent signs there for the start of one (rpm's build/parseSpec.c).
    private static func rpm(_ value: String) -> String {
        var result = String.UnicodeScalarView()
        var last: Unicode.Scalar?
        for scalar in value.unicodeScalars {
            if scalar == "%" { result += (last == "\\" ? "%{nil}%" : "%").unicodeScalars }
            result.append(scalar)
            last = scalar
        }
        return String(result)
    }

    /// Scalar by scalar, for an accent behind it makes another character of a quote, which is the same to whoever reads it.
    private static func replacing(_ mark: Unicode.Scalar, in value: String, with text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in value.unicodeScalars {
            if scalar == mark { result += text.unicodeScalars } else { result.append(scalar) }
        }
        return String(result)
    }

    /// The characters that no shell gives a meaning in any part of a word.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "._/:+@%,-".utf8.contains(byte)
        }
    }

    /// Debian Policy 5.1: continuation lines begin with a blank, an empty one is a lone full stop.
    private static func deb822(_ value: String) throws(Diagnostic) -> String {
        guard !value.utf8.contains(where: { $0 == 0 || $0 == 13 }) else {
            throw unquotable(value, "a control field", "has a NUL or a carriage return")
        }
        let lines = value.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.enumerated().map { index, line in
            if index == 0 { return String(line) }
            return line.allSatisfy { $0 == " " || $0 == "\t" } ? " ." : " \(line)"
        }.joined(separator: "\n")
    }

    private static func singleLine(_ value: String, _ place: String) throws(Diagnostic) -> String {
        guard !value.utf8.contains(where: { $0 == 0 || $0 == 10 || $0 == 13 }) else {
            throw unquotable(value, place, "has a line break")
        }
        return value
    }

    /// RFC 8259 section 7.
    private static func json(_ value: String) -> String {
        var text = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case "\u{0}"..<" ", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }

    private static func unquotable(_ value: String, _ place: String, _ fault: String) -> Diagnostic {
        .error(
            "unquotable-value", "\(json(value)) cannot stand in \(place): it \(fault)",
            hint: "correct the value in dkms.conf, the settings or the option that it comes from")
    }
}

/// What the directives of a `dkms.conf` and its overrides are once they were read: arrays, possibly sparse, by name.
///
/// As in bash, a plain variable is index 0 of its array. One carriage return at the end of a value is dropped, as
/// dkms does for files with CRLF lines.
package struct ConfValues: Hashable, Sendable {
    private var arrays: [String: [Int: String]] = [:]
    /// Directives that the file declared with `declare -A`, which dkms can't use.
    package private(set) var associative: Set<String> = []

    package init() {}

    mutating func add(_ name: String, index: String, value: String) {
        guard let number = Int(index), number >= 0 else {
            associative.insert(name)
            return
        }
        add(name, index: number, value: value)
    }

    mutating func add(_ name: String, index number: Int, value: String) {
        // A trailing CR is a Character of its own only without a line feed behind it, hence the bytes.
        let text = value.utf8.last == 0x0D ? String(decoding: value.utf8.dropLast(), as: UTF8.self) : value
        if name.hasPrefix("DKMS_DIRECTIVE"), let (name, value) = Self.split(text) {
            if Directives.all.contains(name) { arrays[name, default: [:]][0] = value }
        } else {
            arrays[name, default: [:]][number] = text
        }
    }

    /// The value at an index; nil where there is none or it is empty, which dkms doesn't tell apart.
    package subscript(_ name: String, _ index: Int) -> String? {
        guard let value = arrays[name]?[index], !value.isEmpty else { return nil }
        return value
    }

    /// The plain variable, or index 0.
    package subscript(_ name: String) -> String? { self[name, 0] }

    /// Whether the file gives the directive any value, be it empty.
    package func isSet(_ name: String) -> Bool { arrays[name] != nil }

    /// The indexes in ascending order, those of empty values included.
    package func indexes(_ name: String) -> [Int] { (arrays[name] ?? [:]).keys.sorted() }

    /// `NAME=VALUE` of `--directive` sets NAME, be the value empty; a name of an array its index 0.
    ///
    /// Without `=` the whole text is name and value, as in dkms 3.4.3 (read_conf). bash's `export` takes no index.
    mutating func override(_ directive: String) {
        let (name, value) = Self.split(directive) ?? (directive, directive)
        if Directives.all.contains(name) { arrays[name, default: [:]][0] = value }
    }

    /// `DKMS_DIRECTIVE…="NAME=VALUE"` sets NAME (dkms 3.4.3, safe_source).
    private static func split(_ directive: String) -> (name: String, value: String)? {
        guard let equals = directive.firstIndex(of: "=") else { return nil }
        return (String(directive[..<equals]), String(directive[directive.index(after: equals)...]))
    }
}

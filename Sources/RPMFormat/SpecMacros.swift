/// The macros that a spec defines itself; those of rpmbuild and of a system aren't known here.
package struct SpecMacros: Hashable, Sendable {
    package var values: [String: String]

    package init(_ values: [String: String] = [:]) { self.values = values }

    /// A macro whose value isn't known.
    package struct Unknown: Error {
        /// As it stands there, or how it begins.
        package let text: String
    }

    /// Bytes that a text may have with its macros put in: each of a few lines may stand for twice what the last one did.
    private static let limit = 65_536

    /// The text with their values in place of `%name` and `%{name}`, nothing in place of an unset `%{?name}`, and `%` in
    /// place of `%%` (rpm's manual, macros).
    ///
    /// A `%` that no macro follows is itself.
    package func expanded(_ text: some StringProtocol) throws(Unknown) -> String {
        var result = ""
        var rest = Substring(text)
        while let percent = rest.firstIndex(of: "%") {
            result += rest[..<percent]
            guard result.utf8.count <= Self.limit else {
                throw Unknown(text: "macros that stand for too much")
            }
            rest = rest[percent...]
            if rest.hasPrefix("%%") {
                result += "%"
                rest = rest.dropFirst(2)
            } else if let macro = rest.prefixMatch(of: /%\{(\?)?(\w+)\}/) {
                guard let value = values[String(macro.2)] ?? (macro.1 == nil ? nil : "") else {
                    throw Unknown(text: String(macro.0))
                }
                result += value
                rest = rest[macro.range.upperBound...]
            } else if let macro = rest.prefixMatch(of: /%(\w+)/) {
                guard let value = values[String(macro.1)] else { throw Unknown(text: String(macro.0)) }
                result += value
                rest = rest[macro.range.upperBound...]
            } else if rest.prefixMatch(of: /%[({\[!?*#-]/) != nil {
                throw Unknown(text: String(rest.prefix(20)))
            } else {
                result += "%"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }
}

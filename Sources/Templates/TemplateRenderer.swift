import Diagnostics

/// Fills the tokens of templates and remembers which values were used.
///
/// A token is `@NAME@` in capitals, digits and underscores; a line `@INCLUDE NAME@` is the template of that name.
/// There is nothing else: no conditions, no loops, no nested tokens.
struct TemplateRenderer {
    /// Includes within includes; more is a circle.
    private static let depthLimit = 8

    private let values: [String: TemplateValue]
    private let find: (String) throws(Diagnostic) -> TemplateSource
    private(set) var used: Set<String> = []
    private(set) var faults: [Diagnostic] = []
    /// Where what was rendered comes from: files of the user's first, for the built-in ones are right.
    private(set) var origins: [String] = []

    init(values: [String: TemplateValue], find: @escaping (String) throws(Diagnostic) -> TemplateSource) {
        self.values = values
        self.find = find
    }

    mutating func render(_ source: TemplateSource, depth: Int = 0) throws(Diagnostic) -> String {
        if source.place == .builtIn {
            origins.append(source.origin)
        } else {
            origins.insert(source.origin, at: 0)
        }
        var lines: [String] = []
        for (index, line) in source.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        {
            let place = Diagnostic.Location(file: source.origin, line: index + 1)
            if let name = Self.included(line) {
                guard depth < Self.depthLimit else {
                    throw .error(
                        "template-circle", "\(name) includes itself",
                        hint: "remove the line @INCLUDE \(name)@ here or in what it includes", at: place)
                }
                var text = try render(try find(name), depth: depth + 1)
                if text.utf8.last == UInt8(ascii: "\n") { text.removeLast() }
                lines.append(text)
            } else {
                lines.append(try fill(line, place))
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func included(_ line: Substring) -> String? {
        guard line.hasPrefix("@INCLUDE "), line.utf8.last == UInt8(ascii: "@") else { return nil }
        return String(line.dropFirst("@INCLUDE ".count).dropLast())
    }

    private mutating func fill(_ line: Substring, _ place: Diagnostic.Location) throws(Diagnostic) -> String {
        var result = ""
        var rest = line
        while let at = rest.utf8.firstIndex(of: UInt8(ascii: "@")) {
            let after = rest[rest.index(after: at)...]
            let name = after.prefix { $0 == "_" || $0.isASCII && ($0.isNumber || $0.isUppercase) }
            let end = after[name.endIndex...]
            guard let first = name.first, first.isUppercase, end.first == "@" else {
                result += rest[...at]
                rest = after
                continue
            }
            result += rest[..<at]
            result += try value(String(name), place)
            rest = end.dropFirst()
        }
        return result + rest
    }

    private mutating func value(_ name: String, _ place: Diagnostic.Location) throws(Diagnostic) -> String {
        guard let value = values[name] else {
            faults.append(
                .error(
                    "unknown-token", "@\(name)@ has no value here",
                    hint: "known here: \(values.keys.sorted().joined(separator: " "))", at: place))
            return ""
        }
        used.insert(name)
        do {
            return try value.quoting.quote(value.text)
        } catch {
            var fault = error
            fault.location = place
            faults.append(fault)
            return ""
        }
    }
}

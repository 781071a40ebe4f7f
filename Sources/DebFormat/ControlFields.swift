package import Diagnostics

/// One paragraph of deb822 text, such as a `control` file: fields in order, names alike whatever their case.
///
/// A value of several lines is held without the folding: its lines are joined by newlines, blank ones are empty
/// (deb822(5); Debian Policy 5.1).
package struct ControlFields: Hashable, Sendable {
    package struct Field: Hashable, Sendable {
        package let name: String
        package var value: String
    }

    package private(set) var fields: [Field] = []

    package init() {}

    /// Fields in the order given; an empty value leaves its field out.
    package init(_ fields: KeyValuePairs<String, String>) {
        for (name, value) in fields { self[name] = value }
    }

    /// The value of a field; nil or empty removes it, a new one comes last.
    package subscript(name: String) -> String? {
        get { index(of: name).map { fields[$0].value } }
        set {
            switch (index(of: name), newValue.flatMap { $0.isEmpty ? nil : $0 }) {
            case (let index?, let value?): fields[index].value = value
            case (let index?, nil): fields.remove(at: index)
            case (nil, let value?): fields.append(Field(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    /// Puts a new field behind another one, or last where that is missing, unless it says nothing; to one that is there the
    /// items of the value are added that it hasn't yet.
    package mutating func insert(_ name: String, _ value: String, after other: String) {
        guard !value.isEmpty else { return }
        if let present = self[name] {
            let known = Set(DebianRelation.items(of: present))
            let added = DebianRelation.items(of: value).filter { !known.contains($0) }
            if !added.isEmpty { self[name] = DebianRelation.field([present] + added) }
            return
        }
        let position = index(of: other).map { $0 + 1 } ?? fields.count
        fields.insert(Field(name: name, value: value), at: position)
    }

    /// The text of the paragraph, with a newline at its end.
    package var text: String {
        fields.map { field in
            let lines = field.value.lines
            let folded = lines.dropFirst().map { $0.allSatisfy(\.isWhitespace) ? " ." : " \($0)" }
            let first = lines.first.map(String.init) ?? ""
            return ([first.isEmpty ? "\(field.name):" : "\(field.name): \(first)"] + folded)
                .joined(separator: "\n") + "\n"
        }.joined()
    }

    private func index(of name: String) -> Int? {
        let wanted = name.lowercased()
        return fields.firstIndex { $0.name.lowercased() == wanted }
    }
}

extension ControlFields {
    /// Reads the first paragraph of `text`.
    ///
    /// - Throws: `bad-control` for lines that are no field, continuation or comment, and for fields given twice.
    package init(parsing text: String) throws(Diagnostic) {
        var names: Set<String> = []
        for (number, line) in text.lines.enumerated() {
            if line.allSatisfy(\.isWhitespace) {
                if fields.isEmpty { continue }
                return
            }
            if line.hasPrefix("#") { continue }
            if let first = line.first, first.isWhitespace {
                guard !fields.isEmpty else { throw Self.fault(line, number) }
                let rest = line.dropFirst()
                fields[fields.count - 1].value += "\n" + (rest == "." ? "" : rest)
                continue
            }
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else {
                throw Self.fault(line, number)
            }
            let name = String(line[..<colon])
            guard names.insert(name.lowercased()).inserted else {
                throw .error("bad-control", "line \(number + 1): the field \(name) is there twice")
            }
            let value = line[line.index(after: colon)...].drop(while: \.isWhitespace)
            fields.append(Field(name: name, value: String(value)))
        }
    }

    private static func fault(_ line: Substring, _ number: Int) -> Diagnostic {
        .error("bad-control", "line \(number + 1) is no control field: \(line.prefix(60))")
    }
}

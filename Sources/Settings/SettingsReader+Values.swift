import Diagnostics
import Streams
import SystemPackage

extension SettingsReader {
    /// The text of an option as the command line would have it; nil with a fault.
    mutating func option(_ field: Field, _ shape: SettingsKey.Shape) -> String? {
        switch shape {
        case .flag:
            return flag(field) == true ? "yes" : nil
        case .kernels:
            let texts = texts(field).map { $0.contains("/") ? resolved($0).string : $0 }
            for text in texts where text.contains(where: \.isWhitespace) {
                fault(
                    field.node, "bad-value", "\"\(text)\" is no kernel",
                    hint: "make each kernel an item of its own")
            }
            return texts.isEmpty ? nil : texts.joined(separator: " ")
        default: break
        }
        guard let text = line(field) else { return nil }
        switch shape {
        case .path: return KeyName.isOnToken(text) ? text : resolved(text).string
        case .contact:
            return demand(
                Contact.isOne(text), text, field, "\"Name <mail>\"", "for example: Ann Lee <ann@example.org>")
        case .address:
            return demand(
                WebAddress.isOne(text), text, field, "a web address", "begin it with https:// or http://")
        case .choice(let words):
            return demand(
                words.contains(text), text, field, "one of \(words.joined(separator: ", "))",
                Spelling.nearest(to: text, in: words).map { "did you mean \($0)?" } ?? "give one of them")
        case .number:
            return demand(
                text.count < 10 && (Int(text) ?? 0) > 0, text, field, "a whole number of at least 1",
                "write digits only")
        case .packageName:
            return demand(
                text.replacing("{kernel}", with: "k").wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9+._\-]*/) != nil,
                text, field,
                "the name of a package", "{kernel} stands for the release, as in: linux-image-{kernel}")
        case .target:
            return demand(targets.isKnown(text), text, field, "DISTRO:VERSION", hint(forTarget: text))
        default: return text
        }
    }

    private mutating func demand(
        _ isGood: Bool, _ text: String, _ field: Field, _ what: String, _ hint: String
    ) -> String? {
        if isGood { return text }
        fault(field.node, "bad-value", "\(field.key) is \"\(text)\", and has to be \(what)", hint: hint)
        return nil
    }

    func hint(forTarget text: String) -> String {
        let name = text.split(separator: ":").first.map(String.init) ?? text
        if targets.distributions.contains(name) {
            return "give a release that there is, as in debian:13 or el:9"
        }
        return Spelling.nearest(to: name, in: targets.distributions).map { "did you mean \($0)?" }
            ?? "distributions: \(targets.distributions.joined(separator: ", "))"
    }

    /// A path of the file as the program's folder sees it.
    func resolved(_ text: String) -> FilePath {
        let path = FilePath(text)
        return path.isAbsolute || folder == "." ? path : folder.pushing(path)
    }

    /// Any text that people can read; nil with a fault for lists, mappings and control characters.
    mutating func text(_ field: Field) -> String? { text(field.node, field.key) }

    private mutating func text(_ node: YAMLNode, _ key: String) -> String? {
        guard case .scalar(let text, _) = node.content else {
            fault(
                node, "wrong-type", "\(key) has to be a text",
                hint: "put it into quotes, or behind | on lines of its own")
            return nil
        }
        // Neither a control field nor a script nor a header of rpm has a place for them.
        guard
            !text.unicodeScalars.contains(where: {
                $0.value < 32 && !"\n\t".unicodeScalars.contains($0) || $0 == "\u{7F}"
            })
        else {
            fault(node, "bad-value", "\(key) has a control character in it", hint: "remove it")
            return nil
        }
        return text
    }

    /// A text of one line that says something.
    mutating func line(_ field: Field) -> String? { line(field.node, field.key) }

    private mutating func line(_ node: YAMLNode, _ key: String) -> String? {
        guard var text = text(node, key) else { return nil }
        while text.hasSuffix("\n") { text.removeLast() }
        guard !text.allSatisfy(\.isWhitespace), !text.contains(where: \.isNewline) else {
            fault(node, "bad-value", "\(key) has to be one line of text", hint: "write it behind the colon")
            return nil
        }
        return text
    }

    /// `true` or `false`, without quotes.
    mutating func flag(_ field: Field) -> Bool? {
        if case .scalar(let text, isPlain: true) = field.node.content {
            if text == "true" { return true }
            if text == "false" { return false }
        }
        fault(
            field.node, "wrong-type", "\(field.key) has to be true or false", hint: "write it without quotes")
        return nil
    }

    /// Lines, as a list or as a single one.
    mutating func texts(_ field: Field) -> [String] { lines(field).map(\.text) }

    /// The same, each with its place.
    mutating func lines(_ field: Field) -> [(text: String, node: YAMLNode)] {
        guard case .sequence(let items) = field.node.content else {
            return line(field).map { [($0, field.node)] } ?? []
        }
        var lines: [(text: String, node: YAMLNode)] = []
        for item in said(items, in: field) {
            if let text = line(item, "an item of \(field.key)") { lines.append((text, item)) }
        }
        return lines
    }

    /// The items of a list that say something; a fault for each other one, which its author took for more than it is.
    mutating func said(_ items: [YAMLNode], in field: Field) -> [YAMLNode] {
        items.filter { item in
            var isBlank = item.isEmpty
            if case .scalar(let text, _) = item.content, text.allSatisfy(\.isWhitespace) { isBlank = true }
            if isBlank {
                fault(
                    item, "bad-value", "an item of \(field.key) is empty",
                    hint: "take it out; where the word itself is meant, put it into quotes: \"null\"")
            }
            return !isBlank
        }
    }

    /// A text in parts that blank lines divide.
    mutating func paragraphs(_ field: Field) -> [String] {
        guard let text = text(field) else { return [] }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.split { $0.allSatisfy(\.isWhitespace) }.map { $0.joined(separator: "\n") }
    }

    /// Up to four octal digits; nil with a fault.
    mutating func mode(_ field: Field) -> UInt16? {
        guard let text = line(field) else { return nil }
        let digits = text.hasPrefix("0o") ? String(text.dropFirst(2)) : text
        if (3...4).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...55).contains($0) }),
            let mode = UInt16(digits, radix: 8), mode <= 0o777
        {
            return mode
        }
        fault(
            field.node, "bad-value", "\(field.key) is \"\(text)\", and has to be the mode of a file",
            hint: "give three octal digits, such as 0644 or 0755; set-user-ID bits are not for this")
        return nil
    }
}

import Archive
import Diagnostics
import Streams
import SystemPackage

/// The files beside the module.
extension SettingsReader {
    mutating func files(_ field: Field) -> [PayloadFile] {
        guard let items = items(field) else { return [] }
        var files: [PayloadFile] = []
        for item in items { files += file(item) }
        return files
    }

    /// One entry: a file, or all those in a folder.
    private mutating func file(_ node: YAMLNode) -> [PayloadFile] {
        guard let fields = fields(of: node, keys: SettingsKey.ofFile, "an entry of files") else { return [] }
        guard demand(["role"], in: fields, of: node, "an entry of files") else { return [] }
        var role: PayloadFile.Role?
        var source = Source()
        var name: String?
        var destination: String?
        var permissions: UInt16?
        var isConfiguration: Bool?
        var differences: [PayloadFile.Difference] = []
        let before = faults.count
        for field in fields {
            switch field.key {
            case "role": role = self.role(field)
            case "source": source = self.source(field)
            case "content":
                if let text = text(field) { source = Source(files: [Self.inline(text)]) }
            case "name": name = relativePath(field)
            case "destination": destination = self.destination(field)
            case "mode": permissions = mode(field)
            case "conffile": isConfiguration = flag(field)
            default: differences = self.differences(field)
            }
        }
        let origins = fields.filter { ["source", "content"].contains($0.key) }.count
        if origins != 1 {
            fault(
                node, "missing-key", "an entry of files has to have either source or content",
                hint: "name a file with source, or write a short text behind content")
        }
        guard let role, faults.count == before else { return [] }
        let found = source.files.map { file in
            var file = file
            file.role = role
            if let name { file.name = source.isFolder ? "\(name)/\(file.name)" : name }
            file.destination = destination.map { Self.place($0, file.name, source) }
            // Only what is run needs the bit; elsewhere it is a left-over of where the file was kept.
            if role != .plain { file.permissions = 0o644 }
            file.permissions = permissions ?? file.permissions
            file.isConfiguration = isConfiguration
            file.place = place(node)
            file.differences = differences.map { difference in
                var difference = difference
                difference.destination = difference.destination.map { Self.place($0, file.name, source) }
                return difference
            }
            return file
        }
        for file in found { review(file, node) }
        return found
    }

    private static func inline(_ text: String) -> PayloadFile {
        let ended = text.hasSuffix("\n") || text.isEmpty ? text : text + "\n"
        return PayloadFile(role: .plain, content: .text(ended), name: "", destination: nil)
    }

    /// A destination that ends in `/` is a folder, and so is that of one.
    private static func place(_ destination: String, _ name: String, _ source: Source) -> String {
        if destination.hasSuffix("/") { return destination + name }
        return source.isFolder ? "\(destination)/\(name)" : destination
    }

    private mutating func role(_ field: Field) -> PayloadFile.Role? {
        guard let text = line(field) else { return nil }
        let names = PayloadFile.Role.allCases.map(\.rawValue)
        if let role = PayloadFile.Role(rawValue: text) { return role }
        let hint = Spelling.nearest(to: text, in: names).map { "did you mean \($0)?" }
        fault(
            field.node, "bad-value", "there is no role \(text)",
            hint: hint ?? "roles: \(names.joined(separator: ", "))")
        return nil
    }

    /// What can only be seen of an entry as a whole.
    private mutating func review(_ file: PayloadFile, _ node: YAMLNode) {
        let everywhere = file.destination != nil || [.config, .plain].allSatisfy { $0 != file.role }
        if !everywhere, !file.differences.contains(where: { $0.destination != nil }) {
            fault(
                node, "missing-key", "a file of the role \(file.role.rawValue) needs a destination",
                hint: "say where it belongs: destination: /etc/NAME.conf")
        }
        let paths = [file.destination] + file.differences.map(\.destination)
        if file.name.isEmpty, file.destination == nil {
            fault(node, "missing-key", "a file with content needs a name", hint: "add name or destination")
        }
        for path in paths {
            let name = path ?? file.name
            guard let suffix = file.role.suffix, !name.isEmpty, !name.hasSuffix(suffix) else { continue }
            fault(
                node, "bad-value",
                "\(name) would never be read: files of the role \(file.role.rawValue) end in \(suffix)",
                hint: "give it another name with name: NAME\(suffix)")
            return
        }
    }

    // MARK: Places

    /// A path without `..` from the root of the system on; ends in `/` where it is a folder.
    private mutating func destination(_ field: Field) -> String? {
        guard let text = line(field) else { return nil }
        let bare = String(text.drop { $0 == "/" })
        let file = bare.hasSuffix("/") ? String(bare.dropLast()) : bare
        if text.hasPrefix("/"), (try? FileList.check(file)) != nil { return bare }
        fault(
            field.node, "bad-value", "\"\(text)\" is no place for a file",
            hint: "give a path from / on, without \"..\"; with a / at its end it is a folder")
        return nil
    }

    private mutating func relativePath(_ field: Field) -> String? {
        guard let text = line(field) else { return nil }
        if (try? FileList.check(text)) != nil { return text }
        fault(
            field.node, "bad-value", "\"\(text)\" is no name of a file",
            hint: "give a name, or a path without \"..\"")
        return nil
    }

    private mutating func differences(_ field: Field) -> [PayloadFile.Difference] {
        guard case .mapping(let pairs) = field.node.content else {
            fault(
                field.node, "wrong-type", "per-target has to be a mapping",
                hint: "write as in per-target: {deb: {mode: 0755}}")
            return []
        }
        var seen: Set<String> = []
        var differences: [PayloadFile.Difference] = []
        for pair in pairs {
            guard case .scalar(let name, _) = pair.key.content, isTarget(name) else {
                fault(
                    pair.key, "unknown-key", "there is no target \(Self.text(of: pair.key)) in per-target",
                    hint: "give deb, rpm, a distribution or DISTRO:VERSION; "
                        + hint(forTarget: Self.text(of: pair.key)))
                continue
            }
            if !seen.insert(name).inserted {
                fault(pair.key, "duplicate-key", "\(name) is there already", hint: "keep one")
            }
            guard let fields = fields(of: pair.value, keys: SettingsKey.ofTarget, "per-target.\(name)") else {
                continue
            }
            var difference = PayloadFile.Difference(target: name)
            for field in fields {
                switch field.key {
                case "destination": difference.destination = destination(field)
                case "mode": difference.permissions = mode(field)
                case "conffile": difference.isConfiguration = flag(field)
                default: difference.isShipped = flag(field) ?? true
                }
            }
            differences.append(difference)
        }
        return differences
    }

    private func isTarget(_ name: String) -> Bool {
        ["deb", "rpm"].contains(name) || targets.distributions.contains(name) || targets.isKnown(name)
    }

    private static func text(of node: YAMLNode) -> String {
        if case .scalar(let text, _) = node.content { text } else { "" }
    }
}

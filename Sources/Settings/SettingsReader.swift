import Diagnostics
import Streams
import SystemPackage

/// Goes over the tree of a settings file and collects what it says, and everything that is wrong with it.
struct SettingsReader {
    /// A value with the key that it stands behind.
    struct Field {
        let key: String
        let node: YAMLNode
    }

    let owner: SettingsFile.Owner
    let targets: TargetNames
    /// The folder that paths in the file are relative to.
    let folder: FilePath
    private let path: FilePath

    var options: [String: String] = [:]
    /// Where each of them stands.
    private(set) var places: [String: Diagnostic.Location] = [:]
    var project = ProjectSettings()
    private(set) var warnings: [Diagnostic] = []
    private(set) var faults: [Diagnostic] = []

    init(_ path: FilePath, _ owner: SettingsFile.Owner, _ targets: TargetNames) {
        self.path = path
        self.owner = owner
        self.targets = targets
        let parent = path.removingLastComponent()
        folder = parent.isEmpty ? "." : parent
    }

    mutating func read(_ document: YAMLNode) {
        let names = SettingsKey.all.map(\.name)
        guard let fields = fields(of: document, keys: names, "a settings file") else { return }
        var ignored: [Field] = []
        for field in fields {
            guard let key = SettingsKey.all.first(where: { $0.name == field.key }) else { continue }
            if owner != .user, key.scope != .description {
                ignored.append(field)
            } else {
                read(field, key.shape)
            }
        }
        if let author = options["maintainer"] { fillAuthors(author) }
        refuseEntriesWithoutAuthor(fields)
        if options["no-sign"] != nil, options["require-signature"] != nil {
            let second = fields.last { ["no-sign", "require-signature"].contains($0.key) }
            fault(
                second?.node ?? document, "bad-value", "no-sign and require-signature exclude each other",
                hint: "drop one")
        }
        warn(of: ignored)
    }

    private mutating func read(_ field: Field, _ shape: SettingsKey.Shape) {
        switch shape {
        case .line, .contact, .address, .choice, .target, .number, .flag, .path, .kernels, .packageName:
            options[field.key] = option(field, shape)
            places[field.key] = place(field.node)
        case .paragraphs:
            project.description = paragraphs(field)
            project.descriptionPlace = place(field.node)
        case .changelog: project.changelog = changelog(field)
        case .files: project.files = files(field)
        case .relations:
            let relations = relations(field)
            if field.key == "deb" {
                project.debRelations = relations
            } else {
                project.rpmRelations = relations
            }
        }
        if field.key == "kernel-package" { project.kernelPackage = options.removeValue(forKey: field.key) }
    }

    private mutating func warn(of ignored: [Field]) {
        guard let first = ignored.first else { return }
        let names = ignored.map(\.key).joined(separator: ", ")
        warnings.append(
            .warning(
                "ignored-settings",
                "a tree's own settings file may describe it and ship its files: \(names) is ignored",
                hint: "where you trust the file, say so: --settings \(path)", at: place(first.node)))
    }

    // MARK: Faults

    func place(_ node: YAMLNode) -> Diagnostic.Location { .init(file: path.string, line: node.line) }

    mutating func fault(_ node: YAMLNode, _ code: Diagnostic.Code, _ message: String, hint: String? = nil) {
        faults.append(.error(code, message, hint: hint, at: place(node)))
    }

    // MARK: Mappings and lists

    /// The pairs of a mapping whose keys are known, each once, in their order; nil where it is none.
    ///
    /// A value that was left out is one that nobody set.
    mutating func fields(of node: YAMLNode, keys: [String], _ what: String) -> [Field]? {
        guard case .mapping(let pairs) = node.content else {
            fault(
                node, "wrong-type", "\(what) has to be a mapping",
                hint: "write KEY: VALUE lines, with keys of \(keys.joined(separator: ", "))")
            return nil
        }
        var seen: [String: Int] = [:]
        var fields: [Field] = []
        for pair in pairs {
            guard case .scalar(let name, _) = pair.key.content else {
                fault(pair.key, "wrong-type", "a key has to be a word")
                continue
            }
            if let line = seen[name] {
                fault(
                    pair.key, "duplicate-key", "\(name) is there already, in line \(line)", hint: "keep one")
                continue
            }
            seen[name] = pair.key.line
            guard keys.contains(name) else {
                let hint =
                    Spelling.nearest(to: name, in: keys).map { "did you mean \($0)?" }
                    ?? "known here: \(keys.sorted().joined(separator: ", "))"
                fault(pair.key, "unknown-key", "there is no key \(name) in \(what)", hint: hint)
                continue
            }
            guard !pair.value.isEmpty else { continue }
            fields.append(Field(key: name, node: pair.value))
        }
        return fields
    }

    /// The items of a list; nil, with a fault, for anything else.
    mutating func items(_ field: Field) -> [YAMLNode]? {
        if case .sequence(let items) = field.node.content { return items }
        fault(
            field.node, "wrong-type", "\(field.key) has to be a list",
            hint: "begin each item with a dash: - ITEM")
        return nil
    }
}

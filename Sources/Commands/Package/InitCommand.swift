import ArgumentParser
import Diagnostics
import Review
import Streams
import SystemPackage
import Terminal

/// `mkdkms init`: from sources to a DKMS tree.
struct InitCommand: Verb {
    static let schemaName = "init"
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a dkms.conf and a mkdkms.yaml for a folder that has none.",
        discussion: """
            They are made of what the folder's Makefiles, C sources, debian/ or .spec say; each value is told with its place. \
            A file that is there already stays as it is. What a tree may not ask for, such as further packages, is printed \
            for a settings file of your own.

            Example: mkdkms init hello --module-version 1.5.0 --dry-run
            """)

    @Argument(help: ArgumentHelp("The folder with the module's sources.", valueName: "dir"))
    var folder: String

    @Option(help: ArgumentHelp("PACKAGE_NAME, whatever the folder says.", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("PACKAGE_VERSION, whatever the folder says.", valueName: "version"))
    var moduleVersion: String?

    @Flag(help: "Print what would be written, and write nothing.")
    var dryRun = false

    @OptionGroup var talk: TalkOptions
    @OptionGroup(visibility: .hidden) var progress: ProgressOptions

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        let draft = try Draft(of: FilePath(folder), name: name, version: moduleVersion)
        for note in draft.notes { events(.diagnostic(note)) }
        if !dryRun {
            for file in draft.files {
                guard let text = file.text else { continue }
                var output = try OutputFile(file.path)
                try output.write(Array(text.utf8).span)
                try output.commit()
            }
        }
        let document = InitDocument(draft, isPlanned: dryRun)
        return Report(text: document.text, document: document)
    }
}

/// A draft as `mkdkms init` shows it (docs/json/init.schema.json).
struct InitDocument: Encodable, Sendable {
    struct File: Encodable, Sendable {
        let path: String
        /// `written`, `planned`, or `kept` as it was.
        let state: String
        /// Null for what is kept.
        let text: OrNull<String>
    }

    struct Fact: Encodable, Sendable {
        let key: String
        let value: String
        let origin: String
        let line: OrNull<Int>
    }

    let files: [File]
    /// Null where there is nothing that the tree's own file may not say.
    let ownSettings: OrNull<String>
    let facts: [Fact]
    /// As the command line named the folder.
    private let shown: [String]

    enum CodingKeys: CodingKey { case files, ownSettings, facts }

    init(_ draft: Draft, isPlanned: Bool) {
        files = draft.files.map { file in
            let state = file.text == nil ? "kept" : isPlanned ? "planned" : "written"
            return File(path: file.path.absolute.string, state: state, text: OrNull(file.text))
        }
        ownSettings = OrNull(draft.ownSettings)
        facts = draft.facts.map {
            Fact(
                key: $0.key.rawValue, value: $0.value, origin: $0.origin.file, line: OrNull($0.origin.line))
        }
        shown = draft.files.map(\.path.string)
    }

    var text: String {
        var text = ""
        for (file, path) in zip(files, shown) {
            text += "\(path): \(file.state)\n"
            if file.state == "planned", let content = file.text.value { text += Self.indented(content) }
        }
        if let content = ownSettings.value {
            text +=
                "for a settings file of your own, which you name with --settings:\n" + Self.indented(content)
        }
        var table = Table(header: ["key", "from", "value"])
        for fact in facts {
            let place = fact.line.value.map { "\(fact.origin):\($0)" } ?? fact.origin
            let lines = fact.value.split(separator: "\n")
            table.add([fact.key, place, (lines.first.map(String.init) ?? "") + (lines.count > 1 ? " …" : "")])
        }
        return facts.isEmpty ? text : text + "\n" + table.text
    }
    private static func indented(_ content: String) -> String {
        content.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map {
            $0.isEmpty ? "\n" : "    \($0)\n"
        }.joined()
    }
}

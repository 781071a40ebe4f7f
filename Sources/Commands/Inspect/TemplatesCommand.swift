import ArgumentParser
import Diagnostics
import SystemPackage
import Templates
import Terminal

/// `mkdkms templates`: the texts that packages' scripts and the bundle's `install` are made of.
struct TemplatesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "templates",
        abstract: "List, show or export the templates of scripts.",
        discussion: """
            A template is looked up file by file: in --template-dir, in $MKDKMS_TEMPLATES, in /etc/mkdkms/templates, beside the \
            program, and last in what is built in.

            Example: mkdkms templates export my-templates deb-dkms/postinst
            """,
        subcommands: [TemplatesListCommand.self, TemplatesShowCommand.self, TemplatesExportCommand.self])
}

/// Where templates are looked for.
struct TemplateOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Templates that replace the built-in ones, file by file.", valueName: "dir"))
    var templateDir: String?

    var library: TemplateLibrary {
        let folder = templateDir ?? EnvironmentOption.value("TEMPLATE_DIR")
        return TemplateLibrary(directory: folder.map { FilePath($0) })
    }
}

/// `mkdkms templates list`: which file is in effect.
struct TemplatesListCommand: Verb {
    static let schemaName = "templates"
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the templates, and for each the file in effect and why it is.",
        discussion: "Example: mkdkms templates list --template-dir my-templates")

    @OptionGroup var options: TemplateOptions
    @OptionGroup var talk: TalkOptions
    @OptionGroup(visibility: .hidden) var progress: ProgressOptions

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        let library = options.library
        var sources: [TemplateSource] = []
        for name in library.names { sources.append(try library.source(name)) }
        let document = TemplatesDocument(sources)
        return Report(text: document.text, document: document)
    }
}

/// `mkdkms templates show`: the text of one.
struct TemplatesShowCommand: Verb {
    static let schemaName = "templates"
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print the text of a template that is in effect.",
        discussion: "Example: mkdkms templates show deb-dkms/postinst")

    @Argument(help: ArgumentHelp("A template, as the list has it.", valueName: "name"))
    var name: String

    @OptionGroup var options: TemplateOptions
    @OptionGroup var talk: TalkOptions
    @OptionGroup(visibility: .hidden) var progress: ProgressOptions

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        let source = try options.library.source(name)
        return Report(text: source.text, document: TemplatesDocument([source], withText: true))
    }
}

/// `mkdkms templates export`: files to change.
struct TemplatesExportCommand: Verb {
    static let schemaName = "templates"
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write templates into a folder that --template-dir takes.",
        discussion: """
            Keep the files that you change and remove the others: those follow the program then.

            Example: mkdkms templates export my-templates deb-dkms/postinst rpm-kmod
            """)

    @Argument(help: ArgumentHelp("The folder, created if needed.", valueName: "dir"))
    var folder: String

    @Argument(help: ArgumentHelp("Templates, or folders of them; all unless given.", valueName: "name"))
    var names: [String] = []

    @Flag(help: "Replace files that are there already.")
    var force = false

    @OptionGroup var options: TemplateOptions
    @OptionGroup var talk: TalkOptions
    @OptionGroup(visibility: .hidden) var progress: ProgressOptions

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        let library = options.library
        var chosen: Set<String> = []
        for name in names { chosen.formUnion(try library.names(matching: name)) }
        let names = names.isEmpty ? library.names : chosen.sorted()
        let files = try library.export(names, to: FilePath(folder), replacing: force)
        // What the folder holds now, looked up as --template-dir would.
        let written = TemplateLibrary(directory: FilePath(folder))
        var sources: [TemplateSource] = []
        for name in names { sources.append(try written.source(name)) }
        return Report(
            text: files.map { $0.string + "\n" }.joined(), document: TemplatesDocument(sources))
    }
}

/// Templates as `mkdkms templates` shows them (docs/json/templates.schema.json).
struct TemplatesDocument: Encodable, Sendable {
    struct Item: Encodable, Sendable {
        let name: String
        /// Which of the places holds it.
        let place: String
        /// The file; null for what is built in.
        let path: OrNull<String>
        /// Of `show` only.
        let text: String?
    }

    let templates: [Item]

    init(_ sources: [TemplateSource], withText: Bool = false) {
        templates = sources.map { source in
            let path = source.place == .builtIn ? nil : FilePath(source.origin).absolute.string
            return Item(
                name: source.name, place: source.place.rawValue, path: OrNull(path),
                text: withText ? source.text : nil)
        }
    }

    var text: String {
        var table = Table(header: ["template", "from", "file"])
        for item in templates { table.add([item.name, item.place, item.path.value ?? "-"]) }
        return table.text
    }
}

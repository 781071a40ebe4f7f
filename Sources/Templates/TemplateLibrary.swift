package import Diagnostics
import Streams
package import SystemPackage
import Tools

/// Finds templates and renders them.
///
/// Each file is looked up by itself, so that a folder may replace a single one: first in `--template-dir`, then in
/// `$MKDKMS_TEMPLATES`, `/etc/mkdkms/templates`, `../share/mkdkms/templates` beside the program's folder, and last
/// in the copy that is compiled in.
package struct TemplateLibrary: Sendable {
    private let demanded: FilePath?
    /// Where that is named; nil for the command line and the environment.
    private let place: Diagnostic.Location?
    private let folders: [(path: FilePath, place: TemplateSource.Place)]

    /// - Parameters:
    ///   - directory: what `--template-dir` says.
    ///   - place: where a settings file says so.
    package init(directory: FilePath? = nil, named place: Diagnostic.Location? = nil) {
        var folders: [(FilePath, TemplateSource.Place)] = []
        if let directory { folders.append((directory, .option)) }
        if let folder = CallerEnvironment.value("MKDKMS_TEMPLATES"), !folder.isEmpty {
            folders.append((FilePath(folder), .environment))
        }
        folders.append(("/etc/mkdkms/templates", .system))
        if let program = try? Files.readLink("/proc/self/exe") {
            let prefix = FilePath(program).removingLastComponent().removingLastComponent()
            folders.append((prefix.appending("share/mkdkms/templates"), .program))
        }
        self.init(demanded: directory, place, folders: folders)
    }

    /// Looks in `folders` and then in the compiled copy, nowhere else.
    package init(folders: [FilePath]) {
        self.init(demanded: nil, nil, folders: folders.map { ($0, .option) })
    }

    private init(
        demanded: FilePath?, _ place: Diagnostic.Location?, folders: [(FilePath, TemplateSource.Place)]
    ) {
        self.demanded = demanded
        self.place = place
        self.folders = folders.map { (path: $0.0, place: $0.1) }
    }

    /// The names of the compiled-in templates, sorted; files of `shared/` and `parts/` are for including.
    package var names: [String] { EmbeddedTemplates.files.map(\.name) }

    /// The template in effect under `name`, such as `deb-dkms/postinst`.
    ///
    /// - Throws: `unknown-template` when it is nowhere; `no-template-folder` when `--template-dir` isn't one.
    package func source(_ name: String) throws(Diagnostic) -> TemplateSource {
        if let demanded, !Files.isDirectory(demanded) {
            throw .error(
                "no-template-folder", "\(demanded) is not a folder",
                hint: "give --template-dir a folder laid out like the templates of mkdkms", at: place,
                status: .usage)
        }
        for folder in folders {
            let path = folder.path.appending(name)
            guard Files.isRegularFile(path) else { continue }
            return TemplateSource(
                name: name, text: try Files.readText(path), origin: path.string, place: folder.place)
        }
        guard let embedded = EmbeddedTemplates.files.first(where: { $0.name == name }) else {
            throw .error(
                "unknown-template", "there is no template \(name)",
                hint: Spelling.nearest(to: name, in: names).map { "was \($0) meant?" }
                    ?? "mkdkms templates list shows them all")
        }
        return TemplateSource(
            name: name, text: embedded.text, origin: "templates/\(name) (built in)", place: .builtIn)
    }

    /// One template with its tokens filled.
    ///
    /// - Throws: `bad-template` with every unknown token by file and line, every value that cannot be quoted, and
    ///   every value that the template has no token for.
    package func render(_ name: String, _ values: [String: TemplateValue]) throws(Diagnostic) -> String {
        var renderer = TemplateRenderer(values: values, find: source)
        let text = try renderer.render(try source(name))
        try Self.check(renderer, values, what: name)
        return text
    }

    /// All templates of `folder`, by their names in it; each value has to be used by at least one of them.
    package func render(folder: String, _ values: [String: TemplateValue]) throws(Diagnostic) -> [String:
        String]
    {
        var renderer = TemplateRenderer(values: values, find: source)
        var texts: [String: String] = [:]
        for name in names where name.hasPrefix(folder + "/") {
            let file = String(name.dropFirst(folder.count + 1))
            if !file.contains("/") { texts[file] = try renderer.render(try source(name)) }
        }
        guard !texts.isEmpty else {
            throw .error("unknown-template", "there is no template folder \(folder)")
        }
        try Self.check(renderer, values, what: folder)
        return texts
    }

    private static func check(_ renderer: TemplateRenderer, _ values: [String: TemplateValue], what: String)
        throws(Diagnostic)
    {
        var faults = renderer.faults
        for name in values.keys.sorted() where !renderer.used.contains(name) {
            faults.append(
                .error(
                    "unused-token", "the value of @\(name)@ is used nowhere",
                    hint: "put @\(name)@ back into it", at: .init(file: renderer.origins.first ?? what)))
        }
        guard faults.isEmpty else {
            throw .error(
                "bad-template", "the template \(what) does not fit what mkdkms fills in",
                hint: "correct the template, or remove it so that the built-in one is used", related: faults)
        }
    }
}

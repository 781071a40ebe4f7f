import Archive
import Diagnostics
import RPMFormat
import Templates

/// The spec file of which rpmbuild makes packages that are known already.
struct SpecFile {
    /// A package, and the source that it comes from.
    struct Part {
        let package: RPMPackage
        let source: SourceTarball
    }

    let tree: Part
    private let common: Part?
    /// The names of sources that are texts of the licence.
    private let licenses: [String]

    /// - Parameters:
    ///   - tree: the package with the source under /usr/src.
    ///   - common: the one with the files beside the module.
    ///   - licenses: the names of texts of the licence that the tree lacks, each a source of its own.
    init(_ tree: Part, _ common: Part? = nil, licenses: [String] = []) {
        self.licenses = licenses
        self.tree = tree
        self.common = common
    }

    /// What they are made of, in the order of their numbers.
    var sources: [SourceTarball] { [tree.source] + (common.map { [$0.source] } ?? []) }

    /// rpmbuild makes packages of no architecture beside the main one, but not the other way round.
    private var packages: [RPMPackage] {
        let all = [tree.package] + (common.map { [$0.package] } ?? [])
        return all.filter { $0.architecture != Self.anyArchitecture }
            + all.filter { $0.architecture == Self.anyArchitecture }
    }

    private static let anyArchitecture = "noarch"

    /// - Throws: `unquotable-value` for text that rpmbuild would take for a directive; `bad-template`.
    func text(_ templates: TemplateLibrary) throws(Diagnostic) -> String {
        let main = packages[0]
        var others: [String] = []
        var scriptlets: [String] = []
        var files: [String] = []
        for package in packages {
            let option = package.name == main.name ? "" : " -n \(package.name)"
            if !option.isEmpty { others.append(try subpackage(package, option, beside: main)) }
            for (scriptlet, text) in package.scriptlets.sorted(by: { $0.key.name < $1.key.name }) {
                scriptlets.append("\n\(scriptlet.name)\(option)\n\(try Self.script(text))")
            }
            let list =
                package.name == tree.package.name
                ? try treeFiles() : try Self.list(package.files, of: package)
            files.append("%files\(option)\n\(list)\n")
        }
        return try templates.render(
            "rpm-source/spec",
            [
                "NAME": .rpmMacro(main.name), "VERSION": .rpmMacro(main.version),
                "RELEASE": .rpmMacro(main.release), "SUMMARY": .rpmMacro(main.summary),
                "LICENSE": .rpmMacro(main.license), "GROUP": .rpmMacro(main.group),
                "SOURCES": .verbatim(try sourceTags()), "FOLDER": .rpmMacro(tree.source.folder),
                "ARCHITECTURE": .verbatim(Self.architecture(main)),
                "TAGS": .verbatim(try Self.tags(main)), "RELATIONS": .verbatim(try Self.relations(main)),
                "DESCRIPTION": .verbatim(try Self.block(main.description)),
                "PACKAGES": .verbatim(others.joined(separator: "\n")),
                "INSTALL": .verbatim(try installs()),
                "SCRIPTLETS": .verbatim(scriptlets.joined(separator: "\n")),
                "FILES": .verbatim(files.joined(separator: "\n")),
                "CHANGELOG": .verbatim(try Self.changelog(main)),
            ])
    }

    private func sourceTags() throws(Diagnostic) -> String {
        var lines: [String] = []
        for (index, name) in (sources.map(\.name) + licenses).enumerated() {
            lines.append("Source\(index): \(try Quoting.rpmMacro.quote(name))")
        }
        return lines.joined(separator: "\n")
    }

    private static func architecture(_ package: RPMPackage) -> String {
        package.architecture == anyArchitecture
            ? "BuildArch: noarch" : "ExclusiveArch: \(package.architecture)"
    }

    private func subpackage(
        _ package: RPMPackage, _ option: String, beside main: RPMPackage
    ) throws(Diagnostic) -> String {
        let isOwn = package.architecture == main.architecture
        return """

            %package\(option)
            Summary: \(try Quoting.rpmMacro.quote(package.summary))\(isOwn ? "" : "\nBuildArch: noarch")
            AutoReqProv: no
            \(try Self.relations(package))

            %description\(option)
            \(try Self.block(package.description))
            """
    }

    private static func changelog(_ package: RPMPackage) throws(Diagnostic) -> String {
        var entries: [String] = []
        for change in package.changelog {
            let heading = "* \(CalendarDate(change.time).changelog) \(change.author)"
            entries.append(try block("\(heading)\n\(change.text)"))
        }
        let text = entries.joined(separator: "\n\n")
        // After a backslash rpmbuild wants one line more, and the changelog is the last of the file.
        return text.hasSuffix("\\") ? text + "\n" : text
    }

    /// What the tree's package has beside the tree: copies of some of its files.
    private var documents: FileList { tree.package.files.filter { !$0.path.hasPrefix("usr/src/") } }

    private func installs() throws(Diagnostic) -> String {
        var lines: [String] = []
        var folders: [String] = []
        for entry in documents {
            let path = "%{buildroot}/\(try Quoting.rpmMacro.quote(entry.path))"
            if entry.kind == .directory {
                folders.append("touch -d @\(entry.modified) \(path)")
            } else {
                let name = entry.path.split(separator: "/").last.map(String.init) ?? entry.path
                let number = licenses.firstIndex(of: name)
                var source = try Quoting.rpmMacro.quote(name)
                if let number { source = "%{SOURCE\(sources.count + number)}" }
                lines.append("install -Dpm 0644 \(source) \(path)")
            }
        }
        lines += folders
        if common != nil { lines.append("tar -xpf %{SOURCE1} -C %{buildroot} --strip-components=1") }
        return lines.joined(separator: "\n")
    }

    private func treeFiles() throws(Diagnostic) -> String {
        let sources = "%defattr(-,root,root,-)\n/usr/src/\(try Quoting.rpmMacro.quote(tree.source.folder))"
        let others = try Self.list(documents, of: tree.package)
        return others.isEmpty ? sources : "\(sources)\n\(others)"
    }

    /// Tags that a package may be without.
    private static func tags(_ package: RPMPackage) throws(Diagnostic) -> String {
        var lines: [String] = []
        for (tag, value) in [
            ("URL", package.url), ("Packager", package.packager), ("Vendor", package.vendor),
        ]
        where !value.isEmpty {
            lines.append("\(tag): \(try Quoting.rpmMacro.quote(value))")
        }
        return lines.joined(separator: "\n")
    }

    private static func relations(_ package: RPMPackage) throws(Diagnostic) -> String {
        var lines: [String] = []
        for relation in RPMRelation.allCases {
            for dependency in package.dependencies(relation) {
                let purpose = dependency.sense.purpose
                let tag = purpose.isEmpty ? relation.specTag : "\(relation.specTag)(\(purpose))"
                lines.append("\(tag): \(try Quoting.rpmMacro.quote(dependency.text))")
            }
        }
        // rpmbuild makes these by itself, but not where it is to find no others.
        if package.flags.values.contains(where: { $0.contains(.config) }) {
            let own = try Quoting.rpmMacro.quote("config(\(package.name)) = \(package.fullVersion)")
            lines += ["Provides: \(own)", "Requires: \(own)"]
        }
        return lines.joined(separator: "\n")
    }

    /// Several lines of prose, literally.
    ///
    /// - Throws: `unquotable-value` for a line that rpmbuild would take for a directive or a comment.
    static func block(_ text: String) throws(Diagnostic) -> String {
        // The comments of a script are left in it, those of a description or changelog are taken out.
        if let comment = text.lines.first(where: { $0.unicodeScalars.first { !isBlank($0) } == "#" }) {
            throw unquotable(comment, "#", "comment")
        }
        return try script(text)
    }

    /// Several lines of a scriptlet, literally.
    private static func script(_ text: String) throws(Diagnostic) -> String {
        for line in text.lines {
            // Macros are expanded before rpmbuild looks for directives, so no spelling of these is text to it.
            let word = line.unicodeScalars.drop(while: isBlank).prefix { !$0.properties.isWhitespace }
            guard word.first == "%", directives.contains(String(word.dropFirst()).lowercased()) else {
                continue
            }
            throw unquotable(line, String(word), "directive")
        }
        return try Quoting.rpmText.quote(text)
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

    private static func unquotable(_ line: Substring, _ word: String, _ what: String) -> Diagnostic {
        .error(
            "unquotable-value", "a spec file takes a line that begins with \(word) for a \(what)",
            hint: "begin the line \"\(line)\" with another word, or package with --kind dkms only")
    }

    /// Sections and conditions of spec files, which may be in capitals (rpm's build/parseSpec.c).
    private static let directives: Set<String> = [
        "package", "prep", "conf", "generate_buildrequires", "build", "install", "check", "clean", "preun",
        "postun", "pretrans", "posttrans", "preuntrans", "postuntrans", "pre", "post", "files", "changelog",
        "description", "triggerpostun", "triggerprein", "triggerun", "triggerin", "trigger", "verifyscript",
        "sepolicy", "filetriggerin", "filetrigger", "filetriggerun", "filetriggerpostun",
        "transfiletriggerin",
        "transfiletrigger", "transfiletriggerun", "transfiletriggerpostun", "sourcelist", "patchlist", "end",
        "if", "ifarch", "ifnarch", "ifos", "ifnos", "include", "else", "elif", "elifarch", "elifos", "endif",
    ]
}

extension SpecFile {
    /// Files one by one, with their modes and flags: their folders are other packages' too.
    private static func list(_ files: FileList, of package: RPMPackage) throws(Diagnostic) -> String {
        var lines: [String] = []
        for entry in files {
            let flags = package.flags[entry.path] ?? []
            var words = ["%attr(\(String(entry.permissions, radix: 8)),root,root)"]
            if entry.kind == .directory { words.append("%dir") }
            if flags.contains(.documentation) { words.append("%doc") }
            if flags.contains(.license) { words.append("%license") }
            if flags.contains(.config) {
                words.append(flags.contains(.noReplace) ? "%config(noreplace)" : "%config")
            }
            lines.append((words + [try quoted("/\(entry.path)")]).joined(separator: " "))
        }
        return lines.joined(separator: "\n")
    }

    /// A path in a list of files, in which rpmbuild looks for wildcards even between quotes.
    static func quoted(_ path: String) throws(Diagnostic) -> String {
        guard !path.unicodeScalars.contains(where: { "*?[]{}\\\"\n\r".unicodeScalars.contains($0) }) else {
            throw .error(
                "unquotable-value", "a spec file takes \(path) for more than the name of a file",
                hint: "give the file another destination, or package with --kind dkms only")
        }
        return "\"\(try Quoting.rpmMacro.quote(path))\""
    }
}

extension RPMRelation {
    fileprivate var specTag: String {
        switch self {
        case .provides: "Provides"
        case .requires: "Requires"
        case .conflicts: "Conflicts"
        case .obsoletes: "Obsoletes"
        case .recommends: "Recommends"
        case .suggests: "Suggests"
        case .supplements: "Supplements"
        case .enhances: "Enhances"
        case .order: "OrderWithRequires"
        }
    }
}

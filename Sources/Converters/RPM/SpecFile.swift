import Archive
import Diagnostics
import RPMFormat
import Templates

/// The spec file of which rpmbuild makes a package that is known already.
struct SpecFile {
    private let package: RPMPackage
    /// The tarball, and the folder in it.
    private let source: String
    private let folder: String

    init(_ package: RPMPackage, source: String, folder: String) {
        self.package = package
        self.source = source
        self.folder = folder
    }

    /// - Throws: `unquotable-value` for text that rpmbuild would take for a directive; `bad-template`.
    func text(_ templates: TemplateLibrary) throws(Diagnostic) -> String {
        var changelog: [String] = []
        for change in package.changelog {
            let heading = "* \(CalendarDate(change.time).changelog) \(change.author)"
            changelog.append(try Self.block("\(heading)\n\(change.text)"))
        }
        var scriptlets: [String] = []
        for (scriptlet, text) in package.scriptlets.sorted(by: { $0.key.name < $1.key.name }) {
            scriptlets.append("\n\(scriptlet.name)\n\(try Self.block(text))")
        }
        return try templates.render(
            "rpm-source/spec",
            [
                "NAME": .rpmMacro(package.name), "VERSION": .rpmMacro(package.version),
                "RELEASE": .rpmMacro(package.release), "SUMMARY": .rpmMacro(package.summary),
                "LICENSE": .rpmMacro(package.license), "GROUP": .rpmMacro(package.group),
                "SOURCE": .rpmMacro(source), "FOLDER": .rpmMacro(folder),
                "TAGS": .verbatim(try tags()), "RELATIONS": .verbatim(try relations()),
                "DESCRIPTION": .verbatim(try Self.block(package.description)),
                "SCRIPTLETS": .verbatim(scriptlets.joined(separator: "\n")),
                "CHANGELOG": .verbatim(changelog.joined(separator: "\n\n")),
            ])
    }

    /// Tags that a package may be without.
    private func tags() throws(Diagnostic) -> String {
        var lines: [String] = []
        for (tag, value) in [
            ("URL", package.url), ("Packager", package.packager), ("Vendor", package.vendor),
        ]
        where !value.isEmpty {
            lines.append("\(tag): \(try Quoting.rpmMacro.quote(value))")
        }
        return lines.joined(separator: "\n")
    }

    private func relations() throws(Diagnostic) -> String {
        var lines: [String] = []
        for relation in RPMRelation.allCases {
            for dependency in package.dependencies(relation) {
                lines.append("\(relation.specTag): \(try Quoting.rpmMacro.quote(dependency.text))")
            }
        }
        return lines.joined(separator: "\n")
    }

    /// Several lines, literally.
    private static func block(_ text: String) throws(Diagnostic) -> String {
        for line in text.split(whereSeparator: \.isNewline) {
            // Macros are expanded before rpmbuild looks for directives, so no spelling of these is text to it.
            let word = line.drop { $0 == " " || $0 == "\t" }.prefix { !$0.isWhitespace }
            guard word.first == "%", directives.contains(String(word.dropFirst())) else { continue }
            throw .error(
                "unquotable-value", "a spec file takes a line that begins with \(word) for a directive",
                hint: "begin the line \"\(line)\" with another word, or package with --kind dkms only")
        }
        return try Quoting.rpmText.quote(text)
    }

    /// Sections and conditions of spec files (rpm's build/parseSpec.c).
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
        }
    }
}

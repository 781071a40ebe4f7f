import Converters
import Diagnostics

/// Writes the files of a draft, and keeps a list of what it took.
struct DraftFiles {
    let evidence: DraftEvidence
    let releases: [DraftRelease]
    let payload: [DraftPayload]
    private(set) var used: [DraftFact] = []

    init(evidence: DraftEvidence, releases: [DraftRelease], payload: [DraftPayload]) {
        self.evidence = evidence
        self.payload = payload
        self.releases = releases
    }

    private mutating func take(_ key: DraftFact.Key) -> String? {
        guard let fact = evidence.first(key) else { return nil }
        used.append(fact)
        return fact.value
    }

    /// dkms.conf.
    ///
    /// - Parameter template: one with marks in it, and where it is from.
    mutating func conf(template: (String, String)?, make: DraftMake) throws(Diagnostic) -> String {
        guard let version = evidence.first(.version) else {
            throw .error(
                "no-version", "nothing says which version this is",
                hint: "give --module-version, or add MODULE_VERSION(\"…\") to the source")
        }
        let name = evidence.first(.name)?.value ?? ""
        // Refuses what no package can carry, and with it all that dkms.conf can't.
        _ = try PackageNaming(name: name, version: version.value, revision: "1")
        _ = take(.name)
        _ = take(.version)
        if let template {
            used.append(DraftFact(.make, "all directives", template.1))
            return DraftConf.filled(template.0, name: name, version: version.value)
        }
        guard !make.modules.isEmpty else {
            throw .error(
                "no-modules", "no Makefile or Kbuild has an obj-m with a module in it",
                hint: "add obj-m := NAME.o; a name that is computed can't be read")
        }
        var lines = [
            "PACKAGE_NAME=\"\(name)\"", "PACKAGE_VERSION=\"\(version.value)\"", "AUTOINSTALL=\"yes\"",
        ]
        if let command = make.command {
            lines.append("MAKE[0]=\"\(command.text)\"")
            used.append(DraftFact(.make, command.text, command.path))
        }
        for (index, module) in make.modules.enumerated() {
            lines.append("")
            lines.append("BUILT_MODULE_NAME[\(index)]=\"\(module.name)\"")
            if !module.location.isEmpty {
                lines.append("BUILT_MODULE_LOCATION[\(index)]=\"\(module.location)\"")
            }
            lines.append("DEST_MODULE_LOCATION[\(index)]=\"/updates\"")
            used.append(DraftFact(.module, module.name, module.makefile))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// mkdkms.yaml; nil where nothing is known that could stand in it.
    mutating func settings() -> String? {
        var yaml = ""
        let maintainer = take(.maintainer)
        if let maintainer { yaml += "maintainer: \(DraftYAML.quoted(maintainer))\n" }
        for key in [DraftFact.Key.license, .summary] {
            if let value = take(key) { yaml += "\(key.rawValue): \(DraftYAML.quoted(value))\n" }
        }
        if evidence.first(.homepage)?.value.wholeMatch(of: /https?:\/\/\S+/) != nil,
            let page = take(.homepage)
        {
            yaml += "homepage: \(DraftYAML.quoted(page))\n"
        }
        if let text = take(.description) { yaml += "description: \(DraftYAML.block(text))\n" }
        let entries = changelog(hasMaintainer: maintainer != nil)
        if !entries.isEmpty, take(.changelog) != nil {
            yaml += "changelog:\n" + entries.map(Self.entry).joined()
        }
        yaml += relations("deb", [(.debRequires, "requires"), (.debRecommends, "recommends")])
        yaml += relations("rpm", [(.rpmRequires, "requires")])
        if !payload.isEmpty { yaml += "files:\n" + payload.map(Self.file).joined() }
        used += evidence.all(.files)
        return yaml.isEmpty ? nil : yaml
    }

    /// The releases that a settings file may hold: newest first, each with somebody who made it.
    private func changelog(hasMaintainer: Bool) -> [DraftRelease] {
        var entries: [DraftRelease] = []
        for release in releases {
            let isVersion =
                release.version.wholeMatch(of: /[0-9][0-9A-Za-z.+~]*(-[0-9A-Za-z.+~]+)?/) != nil
            guard isVersion, hasMaintainer || release.author != nil,
                entries.last.map({ $0.date >= release.date }) != false
            else { continue }
            entries.append(release)
        }
        return entries
    }

    private static func entry(_ release: DraftRelease) -> String {
        var text = "  - version: \(DraftYAML.quoted(release.version))\n"
        text += "    date: \(DraftYAML.quoted(release.date))\n"
        if let author = release.author { text += "    author: \(DraftYAML.quoted(author))\n" }
        return text + "    changes:\n"
            + release.changes.map { "      - \(DraftYAML.quoted($0))\n" }.joined()
    }

    private static func file(_ file: DraftPayload) -> String {
        var fields = ["role: \(file.role)", "source: \(DraftYAML.quoted(file.source))"]
        if let name = file.name { fields.append("name: \(DraftYAML.quoted(name))") }
        if let folder = file.folder { fields.append("destination: \(DraftYAML.quoted(folder))") }
        return "  - {\(fields.joined(separator: ", "))}\n"
    }

    private mutating func relations(_ format: String, _ keys: [(DraftFact.Key, String)]) -> String {
        var text = ""
        for (key, name) in keys {
            let facts = evidence.all(key)
            guard !facts.isEmpty else { continue }
            used += facts
            text += "  \(name):\n" + facts.map { "    - \(DraftYAML.quoted($0.value))\n" }.joined()
        }
        return text.isEmpty ? "" : "\(format):\n" + text
    }
}

/// Text as YAML 1.1 has it.
enum DraftYAML {
    /// In double quotes; control characters are left out, which no field of a package has a place for.
    static func quoted(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _ where scalar.properties.generalCategory == .control: break
            case "\u{2028}", "\u{2029}", "\u{FEFF}": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return "\"\(result)\""
    }

    /// Behind `|` where the text can stand so, which people like better to change.
    static func block(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let isPlain =
            lines.first.map { !$0.isEmpty && !$0.hasPrefix(" ") } == true
            && lines.last.map { !$0.isEmpty } == true
            && text.unicodeScalars.allSatisfy {
                $0 == "\n"
                    || $0.properties.generalCategory != .control && $0 != "\u{2028}" && $0 != "\u{2029}"
                        && $0 != "\u{FEFF}"
            }
        guard isPlain else { return quoted(text) }
        return "|" + lines.map { $0.isEmpty ? "\n" : "\n  \($0)" }.joined()
    }
}

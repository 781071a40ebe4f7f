import Converters
package import Diagnostics
import Settings
import Streams
package import SystemPackage

/// A dkms.conf and a mkdkms.yaml for a folder that has none, made of what its Makefiles, sources and packaging say (docs/init.md).
package struct Draft: Sendable {
    /// One of the two files.
    package struct File: Sendable {
        package let path: FilePath
        /// Nil where the file is there already, and stays as it is.
        package let text: String?
    }

    package let files: [File]
    /// What a tree's own settings may not say, in YAML, for a file that somebody names; nil where there is none of it.
    package let ownSettings: String?
    /// What went into the files and ``ownSettings``, and from where.
    package let facts: [DraftFact]
    /// What the folder says in two ways.
    package let notes: [Diagnostic]

    /// - Parameters:
    ///   - name: PACKAGE_NAME, whatever the folder says.
    ///   - version: PACKAGE_VERSION, likewise.
    /// - Throws: `file-exists` where both files are there; `no-modules`, `no-version`; `bad-package-name`,
    ///   `bad-package-version`.
    package init(of path: FilePath, name: String?, version: String?) throws(Diagnostic) {
        let folder = try DraftFolder(path)
        let conf = path.appending("dkms.conf")
        let settings = path.appending(SettingsFile.defaultName)
        guard !Files.exists(conf) || !Files.exists(settings) else {
            throw .error(
                "file-exists", "\(conf) and \(settings) are there already",
                hint: "change them by hand, or remove the one that is to be made anew")
        }
        let debian = DraftDebian(folder)
        let spec = DraftSpec(folder)
        var evidence = DraftEvidence()
        if let name { evidence.add([DraftFact(.name, name, "--name")]) }
        if let version { evidence.add([DraftFact(.version, version, "--module-version")]) }
        var given = debian.conf.map { ($0.text, $0.path) }
        if Files.exists(conf) { given = folder.text("dkms.conf").map { ($0, "dkms.conf") } }
        if let given { evidence.add(DraftConf.facts(given.0, given.1)) }
        evidence.add(debian.facts + spec.facts + DraftSources(folder).facts)
        let make = DraftMake(folder)
        evidence.add(Self.names(folder, make))
        var conclusion = DraftFiles(
            evidence: evidence, releases: debian.releases.isEmpty ? spec.releases : debian.releases,
            payload: debian.files)

        var files: [File] = []
        if Files.exists(conf) {
            files.append(File(path: conf, text: nil))
        } else {
            let text = try conclusion.conf(template: given, make: make)
            files.append(File(path: conf, text: text))
        }
        if Files.exists(settings) {
            files.append(File(path: settings, text: nil))
        } else if let text = conclusion.settings() {
            files.append(File(path: settings, text: text))
        }
        self.files = files
        ownSettings =
            files.contains { $0.path == settings && $0.text == nil } ? nil : conclusion.ownSettings()
        facts = conclusion.used
        notes = evidence.disagreements + (Files.exists(conf) || given != nil ? [] : make.unusableFolders)
    }

    /// What the folder is called, and what its only module is.
    private static func names(_ folder: DraftFolder, _ make: DraftMake) -> [DraftFact] {
        var facts: [DraftFact] = []
        let own = folder.root.lastComponent?.string ?? ""
        // A version has a dot in front of any further hyphen, and may be the last part without one.
        let match =
            own.wholeMatch(of: /([A-Za-z].*?)-v?([0-9][^-]*\.[^-]*(?:-[0-9].*)?)/)
            ?? own.wholeMatch(of: /([A-Za-z].*)-v?([0-9][^-]*)/)
        if let match {
            facts.append(DraftFact(.name, String(match.1), own))
            facts.append(DraftFact(.version, String(match.2), own))
        }
        if make.modules.count == 1, let module = make.modules.first {
            facts.append(DraftFact(.name, module.name, module.makefile))
        }
        return facts + [DraftFact(.name, own, own)]
    }
}

/// All that the folder says, the more trusted first.
struct DraftEvidence {
    private(set) var facts: [DraftFact] = []

    mutating func add(_ more: [DraftFact]) { facts += more }

    /// What holds.
    func first(_ key: DraftFact.Key) -> DraftFact? { facts.first { $0.key == key } }

    func all(_ key: DraftFact.Key) -> [DraftFact] {
        var seen: Set<String> = []
        return facts.filter { $0.key == key && seen.insert($0.value).inserted }
    }

    /// Other versions than the one that holds; nobody else's word is against that of an option.
    var disagreements: [Diagnostic] {
        guard let version = first(.version), !version.origin.file.hasPrefix("--") else { return [] }
        return all(.version).filter { $0.value != version.value && $0.value != "v" + version.value }.map {
            other in
            .warning(
                "versions-disagree",
                "the version is \(other.value) here and \(version.value) in \(version.origin.file)",
                hint: "correct one of them, or decide with --module-version", at: other.origin)
        }
    }
}

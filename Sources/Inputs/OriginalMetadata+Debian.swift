import DebFormat
import Diagnostics
import SourceTree
import Streams
import SystemPackage

extension OriginalMetadata {
    /// Of a binary package; `copyright` and `changelog` are the texts of the files in its documentation, if it has them.
    init(_ deb: DebReader, copyright: String?, changelog: String?) {
        self.init()
        describe(version: deb.control["Version"], changelog: changelog)
        packageName = deb.control["Package"]
        installedName = packageName
        maintainer = deb.control["Maintainer"]
        homepage = deb.control["Homepage"]
        describe(deb.control["Description"] ?? "")
        license = copyright.flatMap(DebianCopyright.license)
        self.copyright = copyright
        section = deb.control["Section"]
        priority = deb.control["Priority"]
        for (script, text) in deb.scripts { scripts[script.rawValue] = text }
        scripts["config"] = deb.debconf
        relate(deb.control)
    }

    private mutating func relate(_ control: ControlFields) {
        let version = packageVersion ?? ""
        let upstream = version.lastIndex(of: "-").map { String(version[..<$0]) } ?? version
        var items: [RelationField: [String]] = [:]
        for field in RelationField.ofDebian {
            let said = Self.joiningBounds(
                DebianRelation.items(of: field.debian.flatMap { control[$0] } ?? "")
            ).map {
                $0.replacing("${binary:Version}", with: version).replacing("${source:Version}", with: version)
                    .replacing("${source:Upstream-Version}", with: upstream)
            }
            // The others, such as ${misc:Depends}, are what the tools of a build find out.
            items[field] = said.filter { $0.wholeMatch(of: /\$\{[^}]*\}/) == nil }.distinct
        }
        relations = .debian(items.filter { !$0.value.isEmpty })
        companions = Set(
            items.filter(\.key.isNeed).values.joined().compactMap { item in
                guard let only = DebianRelation(item), only.isProvidable, let term = only.alternatives.first,
                    term.comparison == .exactly, term.version == packageVersion
                else { return nil }
                return term.name
            })
    }

    /// Of a source package with its unpacked `debian`: what the package for DKMS in it says; without one by its name the only
    /// one that needs dkms, or the only one at all.
    init(_ source: DebianSource, debian: FilePath) {
        self.init()
        let binaries = source.binaries(debian)
        installedName = PackageIdentity.dkmsPackage(
            among: binaries.compactMap { $0["Package"] }, of: source.control["Source"] ?? "")
        describe(
            version: source.control["Version"],
            changelog: try? Files.readText(debian.appending("changelog")))
        packageName = source.control["Source"]
        maintainer = source.control["Maintainer"]
        homepage = source.control["Homepage"]
        copyright = try? Files.readText(debian.appending("copyright"))
        license = copyright.flatMap(DebianCopyright.license)
        let general = source.general(debian)
        section = general["Section"]
        priority = general["Priority"]
        let needing = binaries.filter {
            DebianRelation.items(of: $0["Depends"] ?? "").contains {
                DebianRelation($0, takingOldSigns: true)?.alternatives.first?.name == "dkms"
            }
        }
        let chosen =
            installedName.map { name in binaries.filter { $0["Package"] == name } }
            ?? (binaries.count > 1 ? needing : binaries)
        guard chosen.count == 1, let control = chosen.first else { return }
        describe(control["Description"] ?? "")
        section = control["Section"] ?? section
        priority = control["Priority"] ?? priority
        scripts = source.scripts(of: control["Package"] ?? "", isOnly: binaries.count == 1, debian)
        relate(control)
    }

    private mutating func describe(version text: String?, changelog: String?) {
        packageVersion = text
        let log = DebianChangelog(changelog ?? "", limit: Self.mostChanges)
        changes = log.entries.compactMap { entry in
            guard let time = entry.time else { return nil }
            return OriginalChange(
                version: entry.version, time: time, author: entry.author,
                changes: entry.changes)
        }
    }

    /// What a package for all architectures says of one that an archive may rebuild alone, which is of its version too.
    static func joiningBounds(_ items: [String]) -> [String] {
        var joined: [String] = []
        for item in items {
            let name = item.prefix { $0 != " " }
            if item.dropFirst(name.count) == " (<< ${source:Version}.1~)",
                joined.last == "\(name) (>= ${source:Version})"
            {
                joined[joined.count - 1] = "\(name) (= ${source:Version})"
            } else {
                joined.append(item)
            }
        }
        return joined
    }

    /// Summary and description out of one field (Debian policy 5.6.13).
    private mutating func describe(_ field: String) {
        let lines = field.lines
        summary = lines.first.map(String.init)
        // A line of the description is indented by one blank, an empty one is a full stop.
        let text = lines.dropFirst().map { line in
            let text = line.hasPrefix(" ") ? line.dropFirst() : line
            return text == "." ? "" : text
        }
        description = text.isEmpty ? nil : text.joined(separator: "\n")
    }
}

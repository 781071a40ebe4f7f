import DebFormat
import Streams
import SystemPackage

extension OriginalMetadata {
    /// Of a binary package; `copyright` and `changelog` are the texts of the files in its documentation, if it has them.
    init(_ deb: DebReader, copyright: String?, changelog: String?) {
        self.init()
        describe(version: deb.control["Version"], changelog: changelog)
        packageName = deb.control["Package"]
        maintainer = deb.control["Maintainer"]
        homepage = deb.control["Homepage"]
        describe(deb.control["Description"] ?? "")
        license = copyright.flatMap(DebianCopyright.license)
        relations = .debian(
            Self.list(deb.control["Pre-Depends"]) + Self.list(deb.control["Depends"]))
    }

    /// Of a source package with its unpacked `debian`: what the -dkms package in it, else the first one, says.
    init(_ source: DebianSource, debian: FilePath) {
        self.init()
        describe(
            version: source.control["Version"],
            changelog: try? Files.readText(debian.appending("changelog")))
        packageName = source.control["Source"]
        maintainer = source.control["Maintainer"]
        homepage = source.control["Homepage"]
        license = (try? Files.readText(debian.appending("copyright"))).flatMap(DebianCopyright.license)
        let text = (try? Files.readText(debian.appending("control"))) ?? ""
        let binaries = text.split(separator: /\n[ \t]*\n/).compactMap {
            try? ControlFields(parsing: String($0))
        }
        .filter { $0["Package"] != nil }
        let chosen = binaries.first { $0["Package"]?.hasSuffix("-dkms") == true } ?? binaries.first
        // Substitutions such as ${misc:Depends} are made when a package is built.
        describe(chosen?["Description"] ?? "")
        relations = .debian(Self.list(chosen?["Depends"]).filter { !$0.contains("${") })
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

    private static func list(_ field: String?) -> [String] {
        (field ?? "").split { $0 == "," || $0.isNewline }.map {
            $0.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        .filter { !$0.isEmpty }
    }

    /// Summary and description out of one field (Debian policy 5.6.13).
    private mutating func describe(_ field: String) {
        let lines = field.split(separator: "\n", omittingEmptySubsequences: false)
        summary = lines.first.map(String.init)
        // A line of the description is indented by one blank, an empty one is a full stop.
        let text = lines.dropFirst().map { line in
            let text = line.hasPrefix(" ") ? line.dropFirst() : line
            return text == "." ? "" : text
        }
        description = text.isEmpty ? nil : text.joined(separator: "\n")
    }
}

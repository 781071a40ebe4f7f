import DebFormat
import Streams
import SystemPackage

extension OriginalMetadata {
    /// Of a binary package; `copyright` is the text of the file in its documentation, if it has one.
    init(_ deb: DebReader, copyright: String?) {
        self.init()
        packageName = deb.control["Package"]
        packageVersion = deb.control["Version"]
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
        packageName = source.control["Source"]
        packageVersion = source.control["Version"]
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

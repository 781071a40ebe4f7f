import Archive
import Compression
import Diagnostics
import Settings
import SourceTree
import Streams

/// The two files that Debian Policy 12.5 and 12.7 want in every package.
struct DebDocumentation {
    let release: DriverRelease

    /// `usr/share/doc/PACKAGE/copyright` and `changelog.Debian.gz`, and what lintian is told about the package.
    ///
    /// - Parameter tags: further tags that are meant to be, each with its reason.
    func files(
        for package: String, overriding tags: [(tag: String, reason: String)] = []
    ) throws(Diagnostic) -> [FileEntry] {
        var files = [
            file(Self.copyright(of: package), .text(copyright)),
            file(Self.changelog(of: package), .bytes(try compressed(changelog))),
        ]
        let overrides = (changelogTags + tags).map { "# \($0.reason)\n\(package): \($0.tag)\n" }
        if !overrides.isEmpty {
            files.append(file(Self.overrides(of: package), .text(overrides.joined())))
        }
        return files
    }

    /// Where a package has any of these.
    static func paths(of package: String) -> [String] {
        [copyright(of: package), changelog(of: package), overrides(of: package)]
    }

    static func copyright(of package: String) -> String { "usr/share/doc/\(package)/copyright" }

    static func changelog(of package: String) -> String { "usr/share/doc/\(package)/changelog.Debian.gz" }

    /// Where lintian looks for what a package declares about its tags.
    static func overrides(of package: String) -> String { "usr/share/lintian/overrides/\(package)" }

    /// lintian wants the first version in Debian's archive to close a bug there.
    private var changelogTags: [(tag: String, reason: String)] {
        guard release.changelog.count == 1, release.naming.full.hasSuffix("-1") else { return [] }
        return [
            (
                "initial-upload-closes-no-bugs",
                "It is not for Debian's archive, so there is no bug that asks for it."
            )
        ]
    }

    private func file(_ path: String, _ content: FileContent) -> FileEntry {
        FileEntry(path: path, kind: .file(content), permissions: 0o644, modified: release.settings.epoch)
    }

    /// That of the package that came in, as it is; else one in the copyright format 1.0.
    var copyright: String {
        if let carried = release.texts.copyright { return carried }
        return """
            Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
            Upstream-Name: \(release.identity.name)
            \(release.metadata.homepage.map { "Source: \($0)\n" } ?? "")
            Files: *
            Copyright: \(holders)
            License: \(PackageLicense.debian(release.metadata.license))
            \(licenseText)

            """
    }

    /// The texts that a package had and its tree lacks, as that format has lines.
    private var carriedTexts: String {
        release.texts.licenses.sorted { $0.key < $1.key }.map {
            String(decoding: $0.value, as: UTF8.self)
        }.flatMap { text in
            let lines = text.lines.map { $0.allSatisfy(\.isWhitespace) ? " ." : " \($0)" }
            return [" ."] + lines[..<((lines.lastIndex { $0 != " ." } ?? -1) + 1)]
        }.map { "\n\($0)" }.joined()
    }

    /// Who wrote the module, with the year of the release.
    private var holders: String {
        let authors = release.metadata.authors
        let year = CalendarDate(release.settings.epoch).year
        return (authors.isEmpty ? ["the authors of \(release.identity.name)"] : authors)
            .map { "\(year) \($0)" }.joined(separator: "\n           ")
    }

    /// Licences whose text Debian has.
    private static let shared = [
        "LGPL-2.1", "LGPL-3", "LGPL-2", "GPL-3", "GPL-2", "GPL-1", "MPL-1.1", "MPL-2.0", "Apache-2.0",
    ]

    /// Where the texts of the licences are on a Debian system; those of others the package had that came in, or the source has.
    private var licenseText: String {
        let identifiers = PackageLicense.identifiers(in: release.metadata.license)
        // GPL-2.0-only, GPL-2.0+ and GPL-2 are all of the one text; AGPL-3.0-only is not of the GPL's.
        let known = identifiers.compactMap { identifier in
            Self.shared.first { name in
                identifier == name
                    || [".", "-", "+"].contains(identifier.dropFirst(name.count).prefix(1))
                        && identifier.hasPrefix(name)
            }
        }
        let carried = known.count < identifiers.count ? carriedTexts : ""
        guard !known.isEmpty else {
            guard carried.isEmpty else { return " Its text:\(carried)" }
            return " The source of the module names this licence; its terms are there."
        }
        let places = Self.shared.filter(known.contains).map { "/usr/share/common-licenses/\($0)" }
        let place =
            "\(places.count == 1 ? "its text is" : "its texts are") in \(places.joined(separator: " and\n "))"
        return " On Debian systems \(place).\(carried.isEmpty ? "" : "\n .\n Of the others:\(carried)")"
    }

    /// As in deb-changelog(5).
    var changelog: String {
        zip(release.changelog, times).map { entry, time in
            """
            \(release.naming.name) (\(entry.version)) unstable; urgency=medium

            \(entry.changes.map { Prose.item($0, bullet: "  * ") }.joined(separator: "\n"))

             -- \(Contact.mailbox(entry.author))  \(CalendarDate(time).rfc2822)

            """
        }.joined(separator: "\n")
    }

    /// When each entry was made.
    ///
    /// One of the same day as that below it, as a date or an .rpm tells it, is a second later: lintian takes equal times for
    /// a forgotten one.
    private var times: [Int64] {
        var times: [Int64] = []
        for entry in release.changelog.reversed() {
            times.append(max(entry.time, times.last.map { $0 + 1 } ?? entry.time))
        }
        return times.reversed()
    }

    private func compressed(_ text: String) throws(Diagnostic) -> [UInt8] {
        var compressor = try Compressor(CompressionSettings(.gz, level: 9, threads: 1), into: MemorySink())
        try compressor.write(text)
        return try compressor.finish().bytes
    }
}

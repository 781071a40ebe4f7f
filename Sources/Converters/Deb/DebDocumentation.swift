import Archive
import Compression
import Diagnostics
import Settings
import SourceTree
import Streams

/// The two files that Debian Policy 12.5 and 12.7 want in every package.
struct DebDocumentation {
    let release: DriverRelease

    /// `usr/share/doc/PACKAGE/copyright` and `changelog.Debian.gz`.
    func files(for package: String) throws(Diagnostic) -> [FileEntry] {
        let epoch = release.settings.epoch
        let folder = "usr/share/doc/\(package)"
        return [
            FileEntry(
                path: "\(folder)/copyright", kind: .file(.text(copyright)), permissions: 0o644,
                modified: epoch),
            FileEntry(
                path: "\(folder)/changelog.Debian.gz", kind: .file(.bytes(try changelog())),
                permissions: 0o644,
                modified: epoch),
        ]
    }

    private var copyright: String {
        """
        Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
        Upstream-Name: \(release.identity.name)
        \(release.metadata.homepage.map { "Source: \($0)\n" } ?? "")
        Files: *
        Copyright: \(holders)
        License: \(PackageLicense.debian(release.metadata.license))
        \(licenseText)

        """
    }

    /// Who wrote the module, with the year of its newest file.
    private var holders: String {
        let authors = release.metadata.authors
        let year = CalendarDate(release.settings.epoch).year
        return (authors.isEmpty ? ["the authors of \(release.identity.name)"] : authors)
            .map { "\(year) \($0)" }.joined(separator: "\n           ")
    }

    /// Where the text of the licence is on a Debian system; of others the source has it.
    private var licenseText: String {
        let license = release.metadata.license
        let shared = [
            "LGPL-2.1", "LGPL-3", "LGPL-2", "GPL-3", "GPL-2", "GPL-1", "MPL-1.1", "MPL-2.0", "Apache-2.0",
        ]
        guard let name = shared.first(where: license.contains) else {
            return " The source of the module names this licence; its terms are there."
        }
        return " On Debian systems its text is in /usr/share/common-licenses/\(name)."
    }

    private func changelog() throws(Diagnostic) -> [UInt8] {
        let text = release.changelog.map { entry in
            """
            \(release.naming.name) (\(entry.version)) unstable; urgency=medium

            \(entry.changes.map { Prose.item($0, bullet: "  * ") }.joined(separator: "\n"))

             -- \(entry.author)  \(CalendarDate(entry.time).rfc2822)

            """
        }.joined(separator: "\n")
        var compressor = try Compressor(CompressionSettings(.gz, level: 9, threads: 1), into: MemorySink())
        try compressor.write(text)
        return try compressor.finish().bytes
    }
}

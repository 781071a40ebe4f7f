import Archive
import Compression
import Diagnostics
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
        Copyright: \(release.metadata.maintainer)
        License: \(licenseName)
         The module declares its licence as "\(release.metadata.license)".
         .
         The GNU General Public License, version 2, is on Debian systems in
         /usr/share/common-licenses/GPL-2.

        """
    }

    /// What a kernel module may say in MODULE_LICENSE (include/linux/module.h), as copyright files name it.
    private var licenseName: String {
        switch release.metadata.license {
        case "GPL", "GPL v2": "GPL-2"
        case let other: other.replacing(" ", with: "-")
        }
    }

    private func changelog() throws(Diagnostic) -> [UInt8] {
        let text = """
            \(release.naming.name) (\(release.naming.full)) unstable; urgency=medium

              * Packaged version \(release.identity.version).

             -- \(release.metadata.maintainer)  \(CalendarDate(release.settings.epoch).rfc2822)

            """
        var compressor = try Compressor(CompressionSettings(.gz, level: 9, threads: 1), into: MemorySink())
        try compressor.write(text)
        return try compressor.finish().bytes
    }
}

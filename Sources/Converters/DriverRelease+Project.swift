import DebFormat
import Diagnostics
import Settings
import SourceTree

extension DriverRelease {
    /// What the packages of the release have changed, newest first; the first entry is for the version that is packaged.
    ///
    /// Each version is there once, and none above the one packaged where that has an entry: an older revision that is made
    /// again knows nothing of the newer ones.
    var changelog: [ChangelogEntry] {
        var written: [ChangelogEntry] = []
        for entry in namedEntries {
            if let twin = written.firstIndex(where: { $0.version == entry.version }) {
                written[twin].changes += entry.changes
            } else {
                written.append(entry)
            }
        }
        if let own = written.firstIndex(where: { $0.version == naming.full }) {
            return Array(written[own...])
        }
        let own = ChangelogEntry(
            version: naming.full, time: max(settings.epoch, written.first?.time ?? 0),
            author: metadata.maintainer, changes: ["Packaged version \(identity.version)."])
        return [own] + written
    }

    /// Entries of the settings file that stand below one of an older version; to lintian and rpmlint the upper one is the newer.
    var changelogWarnings: [Diagnostic] {
        zip(namedEntries, namedEntries.dropFirst()).compactMap { above, below in
            guard let place = below.place, DebianVersion(above.version) < DebianVersion(below.version)
            else { return nil }
            return .warning(
                "changelog-order",
                "the changelog has \(below.version) below \(above.version), which is an older version",
                hint: "put the newest version first: what stands above the version packaged is left out",
                at: place)
        }
    }

    /// What is written, each entry with its revision.
    ///
    /// One whose version has none is for this revision where it is the version packaged and no other entry is for it,
    /// else for the first.
    private var namedEntries: [ChangelogEntry] {
        let own = project.changelog.map { naming.own($0.version) }
        let bare = own.contains { $0?.revision != nil } ? "1" : naming.revision
        return zip(project.changelog, own).map { entry, own in
            var entry = entry
            if let own {
                entry.version = "\(own.upstream)-\(own.revision ?? bare)"
            } else if CarriedHistory.Version(entry.version).revision == nil {
                entry.version += "-1"
            }
            return entry
        }
    }

    /// What the settings file says of the project, as packages have it.
    var writtenDescription: [String] { project.description.map { Prose.wrapped($0) } }

    /// The long description of a package: what the settings file says of the project, then what this package is.
    ///
    /// Without settings that with the source says what the one said that it is made of, which was of the same kind.
    func description(_ package: String, of kind: PackageKind) -> String {
        let carried = kind == .dkms && project.description.isEmpty ? texts.description : []
        return (writtenDescription + carried.map { Prose.wrapped($0) } + [package]).joined(separator: "\n\n")
    }
}

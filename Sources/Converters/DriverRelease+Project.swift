import Settings
import SourceTree

extension DriverRelease {
    /// What the packages of the release have changed, newest first; the first entry is for the version that is packaged.
    ///
    /// An entry whose version has no revision is for this one where it is the version packaged, else for the first.
    var changelog: [ChangelogEntry] {
        let written = project.changelog.map { entry in
            var entry = entry
            if [identity.version, naming.version].contains(entry.version) {
                entry.version = naming.full
            } else if !entry.version.contains("-") {
                entry.version += "-1"
            }
            return entry
        }
        if written.first?.version == naming.full { return written }
        let own = ChangelogEntry(
            version: naming.full, time: max(settings.epoch, written.first?.time ?? 0),
            author: metadata.maintainer, changes: ["Packaged version \(identity.version)."])
        return [own] + written
    }

    /// The long description of a package: what the settings file says of the project, then what this package is.
    func description(_ package: String) -> String {
        (project.description.map { Prose.wrapped($0) } + [package]).joined(separator: "\n\n")
    }
}

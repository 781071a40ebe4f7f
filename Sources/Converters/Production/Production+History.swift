import Archive
import DebFormat
import Diagnostics
import Kbuild
import Kernels
import Settings
import SourceTree

/// What packages say of the releases before, where nobody says it for them.
extension Production {
    /// The revision: the one that was asked for; that of the newest entry in the project's own changelog, where it is for this
    /// version; that of the package that the tree came in; else 1.
    func revision(of identity: PackageIdentity, for converters: [any Converter]) -> String {
        if let revision { return revision }
        let newest = project.changelog.first
        let naming = try? PackageNaming(name: identity.name, version: identity.version, revision: "1")
        if let newest, let given = naming?.own(newest.version)?.revision,
            let usable = CarriedHistory.mapped(given, for: converters)
        {
            return usable
        }
        // A revision counts the packages of one version, and this is another one.
        guard tree.packageVersion == nil else { return "1" }
        return history?.revision(for: converters) ?? "1"
    }

    /// What is known of the project: its own changelog, else that of the package that the tree came in.
    func project(of identity: PackageIdentity, for converters: [any Converter]) -> ProjectSettings {
        var whole = project
        if whole.changelog.isEmpty {
            whole.changelog = history?.changelog(for: converters, of: identity.version) ?? []
        }
        return whole
    }

    /// The same with the time that stands for every clock.
    ///
    /// - Throws: `bad-source-date-epoch`.
    func dated(_ identity: PackageIdentity) throws(Diagnostic) -> Production {
        let entries = released(identity)
        let asked = revision.flatMap { wanted in entries.first { $0.revision == wanted } }
        let time = try ArtifactTime(
            of: tree, released: (asked ?? entries.first)?.time, first: entries.map(\.time).min())
        var dated = self
        dated.time = time
        dated.build.epoch = time.seconds
        dated.settings.epoch = time.seconds
        return dated
    }

    /// When the revisions of the version packaged were released, the newest first: in the project's changelog, else in
    /// `debian/changelog` of a folder.
    ///
    /// The changelog of a package that came in need not be asked: the times of its files are the same for all who have it.
    private func released(_ identity: PackageIdentity) -> [(revision: String?, time: Int64)] {
        guard
            let naming = try? PackageNaming(name: identity.name, version: identity.version, revision: "1")
        else { return [] }
        let written = project.changelog.map { ($0.version, Self.beginning($0.time)) }
        return (project.changelog.isEmpty ? debianChangelog : written).compactMap { version, time in
            naming.own(version).map { (revision: $0.revision, time: time) }
        }
    }

    /// The beginning of a day without an hour, which is read as its noon.
    ///
    /// Files of a time to come would have make, where they are installed the same morning, take what it builds of them for
    /// older than they are.
    private static func beginning(_ time: Int64) -> Int64 { time % 86400 == 43200 ? time - 43200 : time }

    private var debianChangelog: [(version: String, time: Int64)] {
        guard tree.origin.isFolder,
            case .file(let content)? = tree.files[path: "debian/changelog"]?.kind, content.size < 1 << 20,
            let bytes = try? content.readAll()
        else { return [] }
        // All of it: the first entry of the version may be far down.
        let log = DebianChangelog(String(decoding: bytes, as: UTF8.self))
        return log.entries.compactMap { entry in
            guard let time = entry.time else { return nil }
            let version = CarriedHistory.Version(entry.version)
            let upstream = PackageNaming.unrepacked(version.upstream)
            return (version.revision.map { "\(upstream)-\($0)" } ?? upstream, time)
        }
    }

    /// What the packages lack, or are not, of the one that the tree came in.
    func carriedWarnings(_ converters: [any Converter], _ naming: PackageNaming) -> [Diagnostic] {
        let formats = Distribution.PackageFormat.allCases.filter { format in
            format == carried?.format && converters.contains { $0.packsSource && $0.packageFormat == format }
        }
        let downgrades = formats.compactMap { format in
            formerName?.epochWarning(naming) ?? formerName?.olderWarning(naming, format)
        }
        return downgrades + (carried?.warnings(for: converters, naming, project) ?? [])
    }
}

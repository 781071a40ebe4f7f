package import Diagnostics
import Streams
package import SystemPackage

/// A settings file, mkdkms.yaml, as a value.
package struct SettingsFile: Hashable, Sendable {
    /// Whose file it is.
    package enum Owner: Hashable, Sendable {
        /// The user named it, or stands in its folder: all of it holds.
        case user
        /// It came in the tree of that root, which may be a stranger's: it may describe, and ship files of the tree.
        case tree(FilePath)
    }

    /// What it is called where nobody names one, in the current folder and in a tree.
    package static let defaultName = "mkdkms.yaml"

    package let path: FilePath
    /// Texts of options by their names without dashes: several kernels with blanks between them, `yes` of a flag.
    package let options: [String: String]
    /// Where each of them stands, by the same names.
    package let places: [String: Diagnostic.Location]
    package let project: ProjectSettings
    /// `ignored-settings`, where a tree's file says what is not for it to say; what else there is depends on the packages.
    package let warnings: [Diagnostic]

    /// Reads the file.
    ///
    /// - Parameter targets: what a target may be called.
    /// - Throws: `no-settings` where there is none; `bad-yaml`; `bad-settings` with every fault in it, by file and line.
    package init(
        _ path: FilePath, of owner: Owner, targets: TargetNames
    ) throws(Diagnostic) {
        let bytes: [UInt8]
        do throws(Errno) {
            bytes = try Files.contents(path)
        } catch {
            throw .error(
                "no-settings", "the settings file \(path) cannot be read: \(error)",
                hint: "name another one with --settings, or none", status: .usage)
        }
        var reader = SettingsReader(path, owner, targets)
        reader.read(try YAMLNode.read(bytes, from: path.string))
        guard reader.faults.isEmpty else {
            let faults = reader.faults.sorted { ($0.location?.line ?? 0) < ($1.location?.line ?? 0) }
            throw .error(
                "bad-settings", "\(path) cannot be used as it is",
                hint: "docs/settings.md explains every key", related: faults,
                status: owner == .user ? .usage : .failure)
        }
        self.path = path
        options = reader.options
        places = reader.places
        project = reader.project
        warnings = reader.warnings
    }
}

/// The names of distributions, which rooms above know.
package struct TargetNames: Sendable {
    /// Without versions, for hints.
    package let distributions: [String]
    /// Whether there is such a `DISTRO:VERSION`.
    package let isKnown: @Sendable (String) -> Bool

    package init(distributions: [String], isKnown: @escaping @Sendable (String) -> Bool) {
        self.distributions = distributions
        self.isKnown = isKnown
    }
}

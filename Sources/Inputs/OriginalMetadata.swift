package import SourceTree

/// What the package that a tree came in says about it; nil where it says nothing.
package struct OriginalMetadata: Hashable, Sendable {
    package var packageName: String?
    /// The package that is installed with the tree: this one, or the only one for DKMS that is built of a source package.
    package var installedName: String?
    /// With the epoch, and Debian's revision or rpm's release.
    package var packageVersion: String?
    /// A name and a mail address: `Name <mail>`.
    package var maintainer: String?
    /// One line.
    package var summary: String?
    /// The long description, without the summary.
    package var description: String?
    package var homepage: String?
    package var license: String?
    /// The text of the copyright file of a Debian package.
    package var copyright: String?
    /// What an .rpm has as `%license` and its tree has not, by name.
    package var licenses: [String: [UInt8]] = [:]
    /// Those of a Debian package.
    package var section: String?
    package var priority: String?
    /// Its maintainer scripts or scriptlets by name, as far as it is known what they are.
    package var scripts: [String: String] = [:]
    /// What it says of other packages; nil where that is not said or not of the package itself.
    package var relations: OriginalRelations?
    /// The names among them of which it needs exactly its own version: packages of the same release.
    package var companions: Set<String> = []
    /// What it may say too, as a spec has it: only rpmbuild could tell.
    package var uncertainRelations: [RelationField: [String]] = [:]
    /// Whether the files of its release's `n-common` were read with it, and are known to be left out.
    package var areFilesTold = false
    /// The newest entries of its changelog, the newest first.
    package var changes: [OriginalChange] = []

    /// ``packageVersion`` in each way that its own relations may write it: in an .rpm the epoch may be left out.
    package var ownVersions: Set<String> {
        guard let packageVersion else { return [] }
        guard case .rpm = relations, let epoch = packageVersion.firstIndex(of: ":") else {
            return [packageVersion]
        }
        return [packageVersion, String(packageVersion[packageVersion.index(after: epoch)...])]
    }

    /// How much of a changelog is of interest: more is on record where the package came from.
    static let mostChanges = 20

    package init() {}
}

/// What a package says of others, each item in the words of its own package manager, with versions, and once.
package enum OriginalRelations: Hashable, Sendable {
    /// Alternatives included.
    case debian([RelationField: [String]])
    /// Rich ones included.
    case rpm([RelationField: [String]])
}

/// An entry of the package's changelog.
package struct OriginalChange: Hashable, Sendable {
    /// Nil where the entry doesn't say, as with SUSE.
    package let version: String?
    /// Seconds since 1970.
    package let time: Int64
    /// As it stands there, mostly `Name <mail>`.
    package let author: String
    package let changes: [String]
}

package import Diagnostics

/// What a settings file says about a release beyond the metadata that options give too.
///
/// Each stage takes it as it is: how it was written, and where, is known to the reader alone.
package struct ProjectSettings: Hashable, Sendable {
    /// Newest first; empty where nobody wrote one.
    package var changelog: [ChangelogEntry] = []
    /// The long description, a paragraph each.
    package var description: [String] = []
    /// Where the settings file has it, for what is wrong with it; nil where none has it.
    package var descriptionPlace: Diagnostic.Location?
    package var debRelations = PackageRelations()
    package var rpmRelations = PackageRelations()
    /// What is shipped beside the module, in a package of its own: those for two kernels may be installed at once.
    package var files: [PayloadFile] = []
    /// The name of the package that a kernel is in, with `{kernel}` for its release; nil for the target's own rule.
    package var kernelPackage: String?

    package init() {}

    /// These settings, and the other's where these say nothing of a thing.
    package func falling(backTo other: ProjectSettings) -> ProjectSettings {
        var both = self
        if changelog.isEmpty { both.changelog = other.changelog }
        if description.isEmpty {
            both.description = other.description
            both.descriptionPlace = other.descriptionPlace
        }
        if debRelations == .init() { both.debRelations = other.debRelations }
        if rpmRelations == .init() { both.rpmRelations = other.rpmRelations }
        if files.isEmpty { both.files = other.files }
        if kernelPackage == nil { both.kernelPackage = other.kernelPackage }
        return both
    }
}

/// One version in a changelog.
package struct ChangelogEntry: Hashable, Sendable {
    /// The version as packages write it, revision included: `1.5.0-1`.
    package var version: String
    /// Seconds since 1970.
    package var time: Int64
    /// `Name <mail>`.
    package var author: String
    /// One per change, without a bullet.
    package var changes: [String]
    /// Where the settings file has it, for what is wrong with it; nil where none has it.
    package var place: Diagnostic.Location? = nil

    package init(version: String, time: Int64, author: String, changes: [String]) {
        self.version = version
        self.time = time
        self.author = author
        self.changes = changes
    }

    /// Whether packages of either kind can have such a version, with a revision or without.
    package static func isVersion(_ text: String) -> Bool {
        text.wholeMatch(of: /[0-9][0-9A-Za-z.+~]*(-[0-9A-Za-z.+~]+)?/) != nil
    }
}

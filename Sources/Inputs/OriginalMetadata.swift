/// What the package that a tree came in says about it; nil where it says nothing.
package struct OriginalMetadata: Hashable, Sendable {
    package var packageName: String?
    package var packageVersion: String?
    /// A name and a mail address: `Name <mail>`.
    package var maintainer: String?
    /// One line.
    package var summary: String?
    /// The long description, without the summary.
    package var description: String?
    package var homepage: String?
    package var license: String?
    /// What it needs installed; nil where that is not said or not of the package itself.
    package var relations: OriginalRelations?

    package init() {}
}

/// What a package depends on, in the words of its own package manager.
package enum OriginalRelations: Hashable, Sendable {
    /// Items of `Depends`, alternatives and versions included.
    case debian([String])
    /// Names of `Requires`, rich ones included.
    case rpm([String])
}

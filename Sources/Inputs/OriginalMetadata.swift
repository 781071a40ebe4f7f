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

    package init() {}
}

package import Diagnostics
import Tools

/// The time that stands for "now" in artifacts, and for every clock of a build: no artifact knows when it was made.
package struct ArtifactTime: Hashable, Sendable {
    /// Since 1970.
    package let seconds: Int64
    /// That of all files of a tree; nil where they keep their own, which are those of a checkout.
    private let ofFiles: Int64?

    /// `SOURCE_DATE_EPOCH`, else the day of the release, else the time of the newest file.
    ///
    /// - Parameters:
    ///   - released: the date of the version packaged in a changelog; nil where none has one.
    ///   - first: that of its first revision, whose source all others have; nil likewise.
    /// - Throws: `bad-source-date-epoch` where the variable is not a number of seconds.
    package init(
        of tree: SourceTree, released: Int64?, first: Int64? = nil,
        environment: String? = CallerEnvironment.value("SOURCE_DATE_EPOCH")
    ) throws(Diagnostic) {
        let said = try Self.given(environment) ?? released
        seconds = max(said ?? tree.newest, 0)
        ofFiles = said == nil ? nil : min(seconds, max(first ?? seconds, 0))
    }

    private static func given(_ value: String?) throws(Diagnostic) -> Int64? {
        guard let value, !value.isEmpty else { return nil }
        guard let seconds = Int64(value), seconds >= 0 else {
            throw .error(
                "bad-source-date-epoch",
                "SOURCE_DATE_EPOCH is \"\(value)\", not a number of seconds since 1970",
                hint: "set it to the output of: git log -1 --format=%ct; or unset it")
        }
        return seconds
    }

    /// The tree as it travels in artifacts of this time.
    ///
    /// What git or cp made of a file's time is earlier in one copy and later in another, so all files have the time that
    /// was said. Where none was, they keep their own.
    package func dating(_ tree: SourceTree) -> SourceTree { ofFiles.map(tree.dated) ?? tree }
}

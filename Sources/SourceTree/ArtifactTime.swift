package import Diagnostics
import Tools

/// The time that stands for "now" in artifacts, and for every clock of a build: no artifact knows when it was made.
package struct ArtifactTime: Hashable, Sendable {
    /// Since 1970.
    package let seconds: Int64
    /// Whether all copies of a tree agree on it: the time of its newest file is that of a checkout.
    private let isSaid: Bool

    /// `SOURCE_DATE_EPOCH`, else the day of the release, else the time of the newest file.
    ///
    /// - Parameter released: the date of the version packaged in a changelog; nil where none has one.
    /// - Throws: `bad-source-date-epoch` where the variable is not a number of seconds.
    package init(
        of tree: SourceTree, released: Int64?,
        environment: String? = CallerEnvironment.value("SOURCE_DATE_EPOCH")
    ) throws(Diagnostic) {
        if let given = try Self.given(environment) {
            seconds = given
            isSaid = true
        } else if let released, released >= 0 {
            seconds = released
            isSaid = true
        } else {
            seconds = max(tree.newest, 0)
            isSaid = false
        }
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
    package func dating(_ tree: SourceTree) -> SourceTree { isSaid ? tree.dated(seconds) : tree }
}

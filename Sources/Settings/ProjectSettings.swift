/// What a settings file says about a release beyond the metadata that options give too.
///
/// Each stage takes it as it is: how it was written, and where, is known to the reader alone.
package struct ProjectSettings: Hashable, Sendable {
    /// Newest first; empty where nobody wrote one.
    package var changelog: [ChangelogEntry] = []
    /// The long description, a paragraph each.
    package var description: [String] = []
    package var debRelations = ExtraRelations()
    package var rpmRelations = ExtraRelations()
    /// The same for the package that carries ``files``.
    package var debCommonRelations = ExtraRelations()
    package var rpmCommonRelations = ExtraRelations()
    /// What is shipped beside the module, in a package of its own: those for two kernels may be installed at once.
    package var files: [PayloadFile] = []
    /// The name of the package that a kernel is in, with `{kernel}` for its release; nil for the target's own rule.
    package var kernelPackage: String?

    package init() {}

    /// These settings, and the other's where these say nothing of a thing.
    package func falling(backTo other: ProjectSettings) -> ProjectSettings {
        var both = self
        if changelog.isEmpty { both.changelog = other.changelog }
        if description.isEmpty { both.description = other.description }
        if debRelations == .init() { both.debRelations = other.debRelations }
        if rpmRelations == .init() { both.rpmRelations = other.rpmRelations }
        if debCommonRelations == .init() { both.debCommonRelations = other.debCommonRelations }
        if rpmCommonRelations == .init() { both.rpmCommonRelations = other.rpmCommonRelations }
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

/// Relations to other packages, in the words of the package manager: `libelf-dev (>= 0.150)`, `libelf >= 0.150`.
package struct ExtraRelations: Hashable, Sendable {
    package var requires: [String] = []
    package var recommends: [String] = []
    package var suggests: [String] = []
    package var provides: [String] = []
    package var conflicts: [String] = []
    /// `Breaks` of a .deb, `Conflicts` of an .rpm, which has no weaker word.
    package var breaks: [String] = []
    /// `Replaces` of a .deb, `Obsoletes` of an .rpm.
    package var replaces: [String] = []

    package init() {}
    /// Whether a text is one item of a relation in a .deb: names, each with a version or without, any of which will do
    /// (Debian Policy 7.1).
    package static func isDebian(_ text: String) -> Bool {
        text.split(separator: "|", omittingEmptySubsequences: false).allSatisfy { part in
            part.wholeMatch(
                of:
                    /\s*[a-z0-9][a-z0-9+.\-]+(:[a-z0-9\-]+)?( ?\((<<|<=|=|>=|>>) ?[0-9][0-9A-Za-z.+~:\-]*\))?\s*/
            ) != nil
        }
    }

    /// Whether a text is one relation in an .rpm: a capability or file, with a version or without (rpm's dependencies.md).
    ///
    /// - Parameter takesRich: whether rpm takes a rich one there, in brackets.
    package static func isRPM(_ text: String, takesRich: Bool) -> Bool {
        if text.hasPrefix("(") { return text.hasSuffix(")") && takesRich }
        return text.wholeMatch(of: /[A-Za-z0-9\/_][^\s,<>=]*( (<|<=|=|>=|>) [^\s,<>=]+)?/) != nil
    }
}

import RPMFormat

/// One name of a relation, in either side's words, with the version that it is compared with.
struct RelationTerm: Hashable {
    let name: String
    /// In rpm's words: `<`, `<=`, `=`, `>=`, `>`; empty for any version.
    let comparison: String
    let version: String

    /// One alternative of an item of a .deb, such as `perl:any (>= 5)`; nil for what is none, and for one of
    /// some architectures or build profiles, which only the tools of a source package can decide.
    init?(debian text: Substring) {
        guard
            let match = text.wholeMatch(
                of: /\s*([^\s:(\[<|]+)(?::[a-z0-9\-]+)?\s*(?:\(\s*(<<|<=|=|>=|>>|<|>)\s*([^\s)]+)\s*\))?\s*/)
        else { return nil }
        name = String(match.1)
        // dpkg's oldest words meant what is `<=` and `>=` now (Debian Policy 7.1).
        let words = ["<<": "<", ">>": ">", "<": "<=", ">": ">="]
        comparison = match.2.map { words[String($0)] ?? String($0) } ?? ""
        version = match.3.map(String.init) ?? ""
    }

    /// An item of an .rpm; a rich one is a name as a whole.
    init(rpm text: String) {
        let dependency = RPMDependency(written: text)
        name = dependency.name
        version = dependency.version
        comparison =
            version.isEmpty ? "" : String(dependency.text.dropFirst(name.count + 1).prefix { $0 != " " })
    }

    /// What the authors of the program call the version, without epoch, revision, and what a distribution left out of it:
    /// that is the same on both sides; nil where it has more in it than numbers, letters, dots and `~`.
    private var upstream: String? {
        let number = version.firstIndex(of: ":").map { version[version.index(after: $0)...] } ?? version[...]
        let bare = number.lastIndex(of: "-").map { number[..<$0] } ?? number
        let known = PackageNaming.unrepacked(String(bare))
        return known.wholeMatch(of: /[0-9][0-9A-Za-z.~]*/) == nil ? nil : known
    }

    /// The lower bound as both sides understand it: a revision, or an epoch there, only makes it hold for more.
    var leastVersion: String? { comparison.hasPrefix(">") ? upstream : nil }

    /// The upper bound, which a missing revision makes hold for fewer.
    var boundVersion: String? { comparison.hasPrefix("<") ? upstream : nil }
}

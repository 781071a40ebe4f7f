import DebFormat
import Kernels
package import Settings

/// Where the package that a tree came in stands in its history: its revision, and what its changelog says.
///
/// Both are carried as far as a package of the wanted kind can have them; docs/other-formats.md says how.
package struct CarriedHistory: Hashable, Sendable {
    package struct Version: Hashable, Sendable {
        package let upstream: String
        /// Debian's revision or rpm's release; nil where the version has none.
        package let revision: String?

        package init(upstream: String, revision: String?) {
            self.upstream = upstream
            self.revision = revision
        }

        /// - Parameter text: `[EPOCH:]UPSTREAM[-REVISION]`, which either side writes.
        package init(_ text: String) {
            let version = DebianVersion(text)
            self.init(upstream: version.upstream, revision: version.revision)
        }
    }

    package struct Change: Hashable, Sendable {
        /// Nil where the entry doesn't say.
        package let version: Version?
        /// Seconds since 1970.
        package let time: Int64
        /// As it stands there, mostly `Name <mail>`.
        package let author: String
        package let changes: [String]

        package init(version: Version?, time: Int64, author: String, changes: [String]) {
            self.version = version
            self.time = time
            self.author = author
            self.changes = changes
        }
    }

    /// What the packages of a release can take, the most first.
    private enum Form: Comparable {
        /// All of it: .rpms only.
        case whole
        /// Anything but the mark of an rpm's distribution, which no .deb has.
        case untagged
        /// A whole number: Arch and Alpine.
        case number

        /// What all of them can take.
        init(_ converters: [any Converter]) {
            self = converters.compactMap(\.packageFormat).map(Form.init).max() ?? .whole
        }

        private init(_ format: Distribution.PackageFormat) {
            switch format {
            case .rpm: self = .whole
            case .deb: self = .untagged
            case .pacman, .apk: self = .number
            }
        }
    }

    /// How many entries go on: whoever wants more finds them where the package came from.
    private static let most = 10

    private let version: Version
    private let changes: [Change]

    /// - Parameters:
    ///   - version: that of the package itself.
    ///   - changes: the newest first.
    package init(version: Version, changes: [Change]) {
        self.version = version
        self.changes = changes
    }

    /// The revision that the packages of `converters` have unless somebody gives another; nil where the package's own
    /// can't be theirs.
    package func revision(for converters: [any Converter]) -> String? {
        version.revision.flatMap { Self.mapped($0, for: converters) }
    }

    /// A revision as the packages of `converters` can have it; nil where they can't.
    static func mapped(_ revision: String, for converters: [any Converter]) -> String? {
        mapped(revision, Form(converters))
    }

    /// The changelog that they have unless somebody gives another, the newest first.
    ///
    /// - Parameter version: that of dkms.conf; one with Debian's mark of a repacked source in it keeps those of the
    ///   changelog.
    package func changelog(for converters: [any Converter], of version: String) -> [ChangelogEntry] {
        let form = Form(converters)
        let isMarked = PackageNaming.unrepacked(version) != version
        var entries: [ChangelogEntry] = []
        for (index, change) in changes.enumerated() where entries.count < Self.most {
            var own = change.version
            // The newest is that of the package, however it is spelled there.
            if index == 0, own == nil || own.map(isVersion) == true { own = self.version }
            guard let own, let written = Self.written(own, form, isMarked: isMarked),
                let author = Self.person(change.author),
                !change.changes.isEmpty, change.time >= 0,
                // One that was merged from elsewhere stands where rpmbuild takes none.
                entries.last.map({ $0.time >= change.time }) != false
            else { continue }
            entries.append(
                ChangelogEntry(version: written, time: change.time, author: author, changes: change.changes))
        }
        return entries
    }

    /// Whether a version is the package's own but for the mark of a distribution.
    private func isVersion(_ other: Version) -> Bool {
        other.upstream == version.upstream
            && other.revision.map(Self.untagged) == version.revision.map(Self.untagged)
    }

    /// A version as our packages would have it; nil where they can't.
    private static func written(_ version: Version, _ form: Form, isMarked: Bool) -> String? {
        let upstream = isMarked ? version.upstream : PackageNaming.unrepacked(version.upstream)
        let revision = version.revision.map { mapped($0, form) ?? "1" }
        let naming = try? PackageNaming(
            name: "module", version: upstream.replacing("^", with: "+"), revision: revision ?? "1")
        return naming.map { revision == nil ? $0.version : $0.full }
    }

    private static func mapped(_ revision: String, _ form: Form) -> String? {
        // Neither of the two is in a Debian revision, and both sort after what is before them.
        let plain = revision.replacing("_", with: "+").replacing("^", with: "+")
        let mapped: String
        switch form {
        case .number: mapped = String(plain.prefix { $0.isASCII && $0.isNumber })
        case .untagged: mapped = untagged(plain)
        case .whole: mapped = plain
        }
        if form == .number, Int(mapped) == 0 { return nil }
        return (try? PackageNaming(name: "module", version: "1", revision: mapped))?.revision
    }

    /// `3.el9_4` → `3`: the mark that rpmbuild adds, `%{?dist}`.
    private static func untagged(_ revision: String) -> String {
        revision.replacing(
            /\.(?:el|fc|oe|ky|uel|uos|an|al|amzn|mga|ol|tl)[0-9][A-Za-z0-9._+~]*$/, with: "")
    }

    /// Who made an entry, with a mail address, which a Debian changelog asks for; nil where nobody is named.
    private static func person(_ text: String) -> String? {
        // Looking for an address takes the square of the length, and a name is no longer than this.
        let text = String(text.prefix(512))
        if Contact.isOne(text) { return text }
        if let mail = text.firstMatch(of: /<?([^<>\s@]+)@([^<>\s]+)>?/) {
            let name = text[..<mail.range.lowerBound].split(whereSeparator: \.isWhitespace).joined(
                separator: " ")
            return "\(name.isEmpty ? String(mail.1) : name) <\(mail.1)@\(mail.2)>"
        }
        let name = text.filter { !"<>".contains($0) }.split(whereSeparator: \.isWhitespace).joined(
            separator: " ")
        return name.isEmpty ? nil : "\(name) <unknown@packages.invalid>"
    }
}

import Diagnostics
import Kernels
import Settings
package import SourceTree

/// What the package that a tree came in says of others, as far as ours can say it.
///
/// A package of the same kind says all of it, with its versions. On the other side only what ``counterparts`` lists has a
/// name. What each of our packages says by itself, of dkms, the toolchain, kernel headers, and its own names, is never
/// taken from another one. docs/other-formats.md shows the table.
package struct CarriedRelations: Sendable {
    /// That of the package itself, in whose words ``said`` is.
    let format: Distribution.PackageFormat
    private let said: [RelationField: [String]]
    /// What a spec may say as well.
    let uncertain: [RelationField: [String]]
    /// The package's own, in each way that it may be written: an epoch is often left out.
    private let versions: Set<String>

    /// The packages of its own release among what it asks for.
    let companions: Set<String>
    /// Whether the files of its release's `n-common` are known already to be left out.
    let areFilesTold: Bool

    /// Programs and libraries that a build or a hook of a module runs, by their Debian and their rpm name.
    static let counterparts: [(debian: String, rpm: String)] = [
        ("bc", "bc"), ("bison", "bison"), ("bzip2", "bzip2"), ("coreutils", "coreutils"), ("cpio", "cpio"),
        ("dwarves", "dwarves"), ("file", "file"), ("flex", "flex"), ("gawk", "gawk"), ("kmod", "kmod"),
        ("libc6-dev", "glibc-devel"), ("libelf-dev", "elfutils-libelf-devel"),
        ("libssl-dev", "openssl-devel"),
        ("mokutil", "mokutil"), ("openssl", "openssl"), ("patch", "patch"), ("perl", "perl"),
        ("python3", "python3"),
        ("rsync", "rsync"), ("util-linux", "util-linux"), ("xz-utils", "xz"), ("zlib1g-dev", "zlib-devel"),
        ("zstd", "zstd"),
    ]

    /// What each package of ours needs anyway.
    package static func isOwn(_ name: String) -> Bool {
        [
            "dkms", "mkdkms", "gcc", "make", "build-essential", "kernel-devel", "kernel-headers", "/bin/sh",
            "linux-headers",
        ]
        .contains(name)
            || name.hasPrefix("linux-headers-") || name.hasPrefix("kernel-devel-")
    }

    /// - Parameters:
    ///   - said: in the words of dpkg.
    ///   - versions: the package's own, in each way that it may be written.
    package init(
        debian said: [RelationField: [String]], versions: Set<String> = [], companions: Set<String> = [],
        areFilesTold: Bool = false
    ) {
        self.init(said, .deb, versions, companions: companions, areFilesTold: areFilesTold)
    }

    /// - Parameters:
    ///   - said: in the words of rpm.
    ///   - versions: the package's own, in each way that it may be written.
    ///   - uncertain: what it may say too, as far as its spec can be read.
    package init(
        rpm said: [RelationField: [String]], versions: Set<String> = [], companions: Set<String> = [],
        uncertain: [RelationField: [String]] = [:], areFilesTold: Bool = false
    ) {
        self.init(
            said, .rpm, versions, companions: companions, uncertain: uncertain, areFilesTold: areFilesTold)
    }

    private init(
        _ said: [RelationField: [String]], _ format: Distribution.PackageFormat, _ versions: Set<String>,
        companions: Set<String>, uncertain: [RelationField: [String]] = [:], areFilesTold: Bool
    ) {
        self.format = format
        self.versions = versions
        self.companions = companions
        self.areFilesTold = areFilesTold
        self.said = said.map { field, items in
            (field, items.filter { !Self.isOwnAffair($0, field, format) })
        }.filter { !$0.1.isEmpty }.reduce(into: [:]) { $0[$1.0] = $1.1 }
        self.uncertain = uncertain.reduce(into: [:]) { found, entry in
            let others = entry.value.filter { item in
                !Self.isOwnAffair(item, entry.key, format) && said[entry.key]?.contains(item) != true
            }
            if !others.isEmpty { found[entry.key] = others }
        }
    }

    /// Whether an item is every package's own affair: what all of ours ask for, and what rpmbuild adds.
    private static func isOwnAffair(
        _ item: String, _ field: RelationField, _ format: Distribution.PackageFormat
    ) -> Bool {
        if format == .rpm, item.hasPrefix("rpmlib(") || item.hasPrefix("config(") { return true }
        let names = format == .deb ? names(debian: item) : names(rpm: item)
        return field.isWish && (names.contains { $0 == "dkms" || $0 == "mkdkms" } || names.allSatisfy(isOwn))
    }

    /// What it asks for, in its own words.
    var requires: [String] { said[.requires] ?? [] }

    /// What becomes of it in a package of a format.
    struct Translation: Hashable {
        var relations = ExtraRelations()
        /// What that package doesn't say, in the words of the tree's own one.
        var leftOut: [RelationField: [String]] = [:]
    }

    /// - Parameter naming: whose names are said by the package itself, whatever another one said of them.
    func translation(into target: Distribution.PackageFormat, _ naming: PackageNaming) -> Translation {
        var translation = Translation()
        for (field, items) in said {
            for item in items where !isOfItself(item, naming) {
                switch (format == target, target) {
                case (true, _): keep(item, field, naming, in: &translation)
                case (false, .deb), (false, .rpm): translate(item, field, target, in: &translation)
                // Nothing of the kind is written there.
                case (false, .pacman), (false, .apk): translation.leftOut[field, default: []].append(item)
                }
            }
        }
        return translation
    }

    /// Whether an item is of nothing but the module's own packages.
    func isOfItself(_ item: String, _ naming: PackageNaming) -> Bool {
        if format == .deb { return Self.names(debian: item).allSatisfy(naming.isOwnName) }
        let name = RelationTerm(rpm: item).name
        // With the instruction set that rpmbuild adds: `hello-dkms(x86-64)`.
        return naming.isOwnName(name)
            || name.wholeMatch(of: /(.+)\([a-z0-9]+-[0-9]+\)/).map { naming.isOwnName(String($0.1)) } == true
    }

    private func keep(
        _ item: String, _ field: RelationField, _ naming: PackageNaming, in translation: inout Translation
    ) {
        // dpkg's oldest words for what is `<=` and `>=` now are still read, but not written (Debian Policy 7.1).
        let item = format == .deb ? item.replacing(/\(([<>])(?=[^<>=])/) { "(\($0.1)=" } : item
        if format == .deb, !ExtraRelations.isDebian(item, isProvided: field == .provides) {
            // Such as one for some architectures, which only the tools of a source package can decide.
            translation.leftOut[field, default: []].append(item)
            return
        }
        translation.relations.add(field == .provides ? renewed(item, naming) : item, to: field)
    }

    /// What the package provides in its own version it provides in ours.
    private func renewed(_ item: String, _ naming: PackageNaming) -> String {
        let term = format == .deb ? RelationTerm(debian: item[...]) : RelationTerm(rpm: item)
        guard let term, term.comparison == "=", versions.contains(term.version) else { return item }
        return format == .deb ? "\(term.name) (= \(naming.full))" : "\(term.name) = \(naming.full)"
    }

    private func translate(
        _ item: String, _ field: RelationField, _ target: Distribution.PackageFormat,
        in translation: inout Translation
    ) {
        guard target == .rpm || !field.debian.isEmpty else {
            translation.leftOut[field, default: []].append(item)
            return
        }
        let terms =
            format == .deb
            ? item.split(separator: "|").compactMap(RelationTerm.init(debian:)) : [RelationTerm(rpm: item)]
        for term in terms {
            guard let name = Self.counterpart(of: term.name, in: target),
                let (said, isWhole) = Self.words(name, term, field, target)
            else { continue }
            translation.relations.add(said, to: field)
            if !isWhole { translation.leftOut[field, default: []].append("\(item) but for \(said)") }
            return
        }
        translation.leftOut[field, default: []].append(item)
    }

    private static func counterpart(
        of name: String, in target: Distribution.PackageFormat
    ) -> String? {
        target == .rpm
            ? counterparts.first { $0.debian == name }?.rpm : counterparts.first { $0.rpm == name }?.debian
    }

    /// A term under its name on the other side, and whether that says all of it; nil where it would say more, or what a
    /// package has in another version there.
    private static func words(
        _ name: String, _ term: RelationTerm, _ field: RelationField, _ target: Distribution.PackageFormat
    ) -> (said: String, isWhole: Bool)? {
        let isDeb = target == .deb
        if term.comparison.isEmpty, field.isWish || field.isRefusal { return (name, true) }
        if field.isWish {
            guard let least = term.leastVersion else { return (name, false) }
            return (isDeb ? "\(name) (>= \(least))" : "\(name) >= \(least)", term.comparison == ">=")
        }
        guard field.isRefusal, let bound = term.boundVersion else { return nil }
        return (isDeb ? "\(name) (<< \(bound))" : "\(name) < \(bound)", term.comparison == "<")
    }

    /// Whether an item, of either side, asks for the package with the files of the same release, and no other.
    func needs(_ item: String, _ package: String) -> Bool {
        guard companions.contains(package) else { return false }
        return format == .deb
            ? Self.names(debian: item) == [package] : RelationTerm(rpm: item).name == package
    }

    /// - Throws: `foreign-common` where the release's package of files beside the module would take the name of one that the
    ///   tree's package needs, and that is not of its release.
    func check(_ naming: PackageNaming, _ project: ProjectSettings) throws(Diagnostic) {
        let common = naming.commonPackage
        guard !project.files.isEmpty, !companions.contains(common),
            requires.contains(where: { Self.names(debian: $0).contains(common) })
        else { return }
        throw .error(
            "foreign-common",
            "the package that the tree came in needs \(common), which is a package of somebody else: that with the files beside the module would have the same name",
            hint: "leave files: out of the settings, and pack those files in a package of another name")
    }

    /// The names that an item asks for, of a rich one all but those of its condition (rpm's boolean_dependencies.md).
    private static func names(rpm item: String) -> [String] {
        guard item.hasPrefix("(") else { return [RelationTerm(rpm: item).name] }
        var names: [String] = []
        var isVersion = false
        for word in item.split(whereSeparator: { " ()".contains($0) }).map(String.init) {
            switch word {
            case "if", "unless": return names
            case "and", "or", "with", "without", "else": continue
            case "<", "<=", "=", ">=", ">": isVersion = true
            default:
                if !isVersion { names.append(word) }
                isVersion = false
            }
        }
        return names
    }

    /// The names of an item's alternatives, without version and architecture.
    package static func names(debian item: String) -> [String] {
        item.split(separator: "|").compactMap { alternative in
            alternative.drop { $0 == " " }.split { " (:[<".contains($0) }.first.map(String.init)
        }
    }
}

extension RelationField {
    /// Whether it names what the package would have beside it.
    fileprivate var isWish: Bool {
        switch self {
        case .requires, .recommends, .suggests, .enhances, .supplements: true
        case .provides, .conflicts, .breaks, .replaces: false
        }
    }

    /// Whether it names what cannot be beside it.
    fileprivate var isRefusal: Bool { self == .conflicts || self == .breaks }
}

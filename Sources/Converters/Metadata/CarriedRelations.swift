import DebFormat
import Diagnostics
import Kernels
import RPMFormat
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
    private let said: [RelationField: [RelationItem]]
    /// What it asks of dkms, by its items.
    private let engine: [(field: RelationField, item: RelationItem, term: RelationTerm)]
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
        ("dkms", "dkms"), ("dwarves", "dwarves"), ("file", "file"), ("flex", "flex"), ("gawk", "gawk"),
        ("gcc", "gcc"), ("kmod", "kmod"),
        ("libc6-dev", "glibc-devel"), ("libelf-dev", "elfutils-libelf-devel"),
        ("libssl-dev", "openssl-devel"),
        ("make", "make"), ("mokutil", "mokutil"), ("openssl", "openssl"), ("patch", "patch"),
        ("perl", "perl"),
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
        var others: [RelationField: [RelationItem]] = [:]
        var engine: [(field: RelationField, item: RelationItem, term: RelationTerm)] = []
        for (field, items) in said.sorted(by: { $0.key < $1.key }) {
            for item in items.flatMap({ Self.read($0, field, format) }) {
                if field.isNeed, let term = Self.engineBound(item) {
                    engine.append((field, item, term))
                } else if !Self.isOwnAffair(item, field, format) {
                    others[field, default: []].append(item)
                }
            }
        }
        self.said = others
        self.engine = engine
        self.uncertain = uncertain.reduce(into: [:]) { found, entry in
            let others = entry.value.filter { item in
                !Self.isOwnAffair(RelationItem(item, format), entry.key, format)
                    && said[entry.key]?.contains(item) != true
            }
            if !others.isEmpty { found[entry.key] = others }
        }
    }

    /// What is said of dkms beside something else is an item of its own.
    private static func read(
        _ text: String, _ field: RelationField, _ format: Distribution.PackageFormat
    ) -> [RelationItem] {
        let item = RelationItem(text, format)
        return format == .rpm && field.isNeed && item.names.contains("dkms") ? item.parts : [item]
    }

    /// The version of dkms that an item asks for, whatever else would do for it: our scripts need dkms or mkdkms.
    private static func engineBound(_ item: RelationItem) -> RelationTerm? {
        let terms = item.terms.filter { $0.name == "dkms" }
        guard terms.count == 1, let term = terms.first, !term.comparison.isEmpty,
            !item.terms.contains(where: { $0.name == "mkdkms" && !$0.comparison.isEmpty })
        else { return nil }
        return term
    }

    /// Whether an item is every package's own affair: what all of ours ask for, and what rpmbuild adds.
    private static func isOwnAffair(
        _ item: RelationItem, _ field: RelationField, _ format: Distribution.PackageFormat
    ) -> Bool {
        if format == .rpm, item.text.hasPrefix("rpmlib(") || item.text.hasPrefix("config(") { return true }
        guard field.isWish, !item.names.isEmpty else { return false }
        // Any dkms will do, and so ours does.
        if item.terms.contains(where: { $0.name == "dkms" && $0.comparison.isEmpty }) { return true }
        // A version of theirs is more than ours ask for, but for those of kernels, which follow from the dkms.conf.
        return item.names.allSatisfy(isOwn)
            && (!item.hasVersion || item.names.allSatisfy { $0 == "kernel-devel-uname-r" })
    }

    /// What it needs, be it by a script.
    private var needs: [RelationItem] { said.filter(\.key.isNeed).values.flatMap(\.self) }

    /// What becomes of it in a package of a format.
    struct Translation: Hashable {
        var relations = ExtraRelations()
        /// The bounds of dkms that the package asks for, in the format's own words.
        var engine: [RelationTerm] = []
        /// What that package doesn't say, in the words of the tree's own one.
        var leftOut: [RelationField: [String]] = [:]
    }

    /// - Parameter naming: whose names are said by the package itself, whatever another one said of them.
    func translation(into target: Distribution.PackageFormat, _ naming: PackageNaming) -> Translation {
        var translation = Translation()
        for (field, item, term) in engine { translate(term, of: item, field, target, in: &translation) }
        for (field, items) in said.sorted(by: { $0.key < $1.key }) {
            for item in items where !isOfItself(item, naming) {
                switch (format == target, target) {
                case (true, _): keep(item, field, naming, in: &translation)
                case (false, .deb), (false, .rpm): translate(item, field, target, in: &translation)
                // Nothing of the kind is written there.
                case (false, .pacman), (false, .apk): translation.leave(item.text, field)
                }
            }
        }
        // dpkg has a package there that is needed before, until ours is removed.
        if format != target, target == .deb, let before = translation.relations.scripts["pre"] {
            translation.relations.requires.removeAll(where: before.contains)
        }
        return translation
    }

    /// Whether an item is of nothing but the module's own packages.
    func isOfItself(_ item: String, _ naming: PackageNaming) -> Bool {
        isOfItself(RelationItem(item, format), naming)
    }

    private func isOfItself(_ item: RelationItem, _ naming: PackageNaming) -> Bool {
        guard format == .rpm else { return !item.names.isEmpty && item.names.allSatisfy(naming.isOwnName) }
        guard let name = item.terms.first?.name, item.terms.count == 1 else { return false }
        // With the instruction set that rpmbuild adds: `hello-dkms(x86-64)`.
        return naming.isOwnName(name)
            || name.wholeMatch(of: /(.+)\([a-z0-9]+-[0-9]+\)/).map { naming.isOwnName(String($0.1)) } == true
    }

    private func keep(
        _ item: RelationItem, _ field: RelationField, _ naming: PackageNaming,
        in translation: inout Translation
    ) {
        if format == .deb {
            // Such as one for some architectures, which only the tools of a source package can decide.
            let relation = DebianRelation(item.text)
            guard let relation, field == .provides ? relation.isProvidable : relation.isForAll else {
                return translation.leave(item.text, field)
            }
        }
        translation.relations.add(field == .provides ? renewed(item, naming) : item.text, to: field)
    }

    /// What the package provides in its own version it provides in ours.
    private func renewed(_ item: RelationItem, _ naming: PackageNaming) -> String {
        guard let term = item.terms.first, item.terms.count == 1, term.comparison == "=",
            versions.contains(term.version)
        else { return item.text }
        let ours = RelationTerm(term.name, "=", naming.full)
        return format == .deb ? ours.debian : ours.rpm
    }

    /// Our packages say of dkms themselves what they need: they take the bound of another one into that.
    private func translate(
        _ term: RelationTerm, of item: RelationItem, _ field: RelationField,
        _ target: Distribution.PackageFormat, in translation: inout Translation
    ) {
        // No more than the scripts of ours need.
        if term.isLowerBound, !EngineNeed.isNewer(term) { return }
        switch (format == target, target) {
        case (true, _): translation.engine.append(term)
        case (false, .deb), (false, .rpm):
            let known = term.leastVersion.map { RelationTerm("dkms", ">=", $0) }
            if let known { translation.engine.append(known) }
            guard known?.comparison != term.comparison else { return }
            let said = known ?? RelationTerm("dkms")
            translation.leave("\(item.text) but for \(target == .deb ? said.debian : said.rpm)", field)
        case (false, .pacman), (false, .apk): translation.leave(item.text, field)
        }
    }

    private func translate(
        _ item: RelationItem, _ field: RelationField, _ target: Distribution.PackageFormat,
        in translation: inout Translation
    ) {
        let fields = Self.fields(field, in: target)
        guard let there = fields.first, let (said, isWhole) = Self.words(item, there, target) else {
            return translation.leave(item.text, field)
        }
        for there in fields { translation.relations.add(said, to: there) }
        if !isWhole { translation.leave("\(item.text) but for \(said)", field) }
    }

    /// Where a field goes on the other side; nowhere where that has no word for it.
    ///
    /// dpkg has what it needs before there as long as our package is; rpm lets it be removed once ours is installed, unless that
    /// needs it anyway. What another script of an .rpm needs a .deb has from its configuration to its removal.
    private static func fields(
        _ field: RelationField, in target: Distribution.PackageFormat
    ) -> [RelationField] {
        switch (field, target) {
        case (.scripts(let purpose), .deb):
            RPMDependency.Sense(purpose: purpose).isDisjoint(with: [.pre, .preTransaction])
                ? [.requires] : [.scripts("pre")]
        case (_, .deb): field.debian == nil ? [] : [field]
        case (.scripts, _): [.requires, field]
        default: [field]
        }
    }

    /// The first of its alternatives that has a name on the other side.
    private static func words(
        _ item: RelationItem, _ field: RelationField, _ target: Distribution.PackageFormat
    ) -> (said: String, isWhole: Bool)? {
        for term in item.terms {
            guard let name = counterpart(of: term.name, in: target),
                let (said, isWhole) = words(name, term, field)
            else { continue }
            return (target == .deb ? said.debian : said.rpm, isWhole)
        }
        return nil
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
        _ name: String, _ term: RelationTerm, _ field: RelationField
    ) -> (said: RelationTerm, isWhole: Bool)? {
        if term.comparison.isEmpty, field.isWish || field.isRefusal { return (RelationTerm(name), true) }
        if field.isWish {
            guard let least = term.leastVersion else { return (RelationTerm(name), false) }
            return (RelationTerm(name, ">=", least), term.comparison == ">=")
        }
        guard field.isRefusal, let bound = term.boundVersion else { return nil }
        return (RelationTerm(name, "<", bound), term.comparison == "<")
    }

    /// Whether an item, of either side, asks for the package with the files of the same release, and no other.
    func needs(_ item: String, _ package: String) -> Bool {
        companions.contains(package) && RelationItem(item, format).names == [package]
    }

    /// - Throws: `foreign-common` where the release's package of files beside the module would take the name of one that the
    ///   tree's package needs, and that is not of its release.
    func check(_ naming: PackageNaming, _ project: ProjectSettings) throws(Diagnostic) {
        let common = naming.commonPackage
        guard !project.files.isEmpty, !companions.contains(common),
            needs.contains(where: { $0.names.contains(common) })
        else { return }
        throw .error(
            "foreign-common",
            "the package that the tree came in needs \(common), which is a package of somebody else: that with the files beside the module would have the same name",
            hint: "leave files: out of the settings, and pack those files in a package of another name")
    }
}

extension CarriedRelations.Translation {
    fileprivate mutating func leave(_ said: String, _ field: RelationField) {
        leftOut[field, default: []].append(said)
    }
}

extension RelationField {
    /// Whether it names what the package would have beside it.
    fileprivate var isWish: Bool {
        switch self {
        case .scripts, .requires, .recommends, .suggests, .enhances, .supplements, .order: true
        case .provides, .conflicts, .breaks, .replaces: false
        }
    }

    /// Whether it names what cannot be beside it.
    fileprivate var isRefusal: Bool { self == .conflicts || self == .breaks }
}

package import Diagnostics
import Kernels
package import Settings

/// What the package that a tree came in depends on, as far as a package of the other kind can say it.
///
/// dkms itself, its toolchain by way of it, and kernel headers are every package's own affair. Of the rest only what
/// ``counterparts`` lists has a name on the other side; versions stay behind, for the two sides number differently.
/// docs/other-formats.md shows the table.
package struct CarriedRelations: Sendable {
    package private(set) var deb = ExtraRelations()
    package private(set) var rpm = ExtraRelations()
    /// That of the package itself, in whose words ``own`` is what it asks for.
    let format: Distribution.PackageFormat
    private let own: [String]
    /// What of it has no name on the other side.
    private var dropped: [String] = []
    /// What a spec may ask for as well.
    private let uncertain: [String]

    /// The packages of its own release among what it asks for.
    private let companions: Set<String>
    /// Whether the files of its release's `n-common` are known already to be left out.
    private let areFilesTold: Bool

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
        ["dkms", "mkdkms", "gcc", "make", "build-essential", "kernel-devel", "kernel-headers"].contains(name)
            || name.hasPrefix("linux-headers-")
    }

    /// From the items of a Debian `Depends` field.
    package init(debian items: [String], companions: Set<String> = [], areFilesTold: Bool = false) {
        self.companions = companions
        self.areFilesTold = areFilesTold
        format = .deb
        own = items.filter { !Self.names(debian: $0).contains(where: Self.isOwn) }
        uncertain = []
        deb.requires = own
        for item in own {
            let names = Self.names(debian: item)
            let known = names.lazy.compactMap { name in Self.counterparts.first { $0.debian == name }?.rpm }
                .first
            if let known { Self.add(known, to: &rpm) } else { dropped.append(item) }
        }
    }

    /// From the names of an .rpm's `Requires`.
    ///
    /// - Parameter uncertain: what it may require too, as far as its spec can be read.
    package init(
        rpm names: [String], companions: Set<String> = [], uncertain: [String] = [],
        areFilesTold: Bool = false
    ) {
        self.companions = companions
        self.areFilesTold = areFilesTold
        format = .rpm
        own = names.filter(Self.isSaid)
        self.uncertain = uncertain.filter { Self.isSaid($0) && !names.contains($0) }
        rpm.requires = own
        for name in own {
            if let known = Self.counterparts.first(where: { $0.rpm == name })?.debian {
                Self.add(known, to: &deb)
            } else {
                dropped.append(name)
            }
        }
    }

    /// Whether a requirement is the package's own: not rpmbuild's, nor what scripts of the payload are run by.
    private static func isSaid(_ name: String) -> Bool {
        !name.hasPrefix("rpmlib(") && !name.hasPrefix("config(") && !name.hasPrefix("/")
            && !name.hasPrefix("(dkms ") && !isOwn(name)
    }

    /// What the packages that `converters` write of the source lack; no others are told what the tree's own one needed.
    ///
    /// `relation-dropped`, for each kind of packages, for all that has no name there, unless the project says itself what
    /// they need; `files-left-out` where it needed its release's package of files beside the module, and this release has
    /// none.
    package func warnings(
        for converters: [any Converter], _ naming: PackageNaming, _ project: ProjectSettings
    ) -> [Diagnostic] {
        var warnings: [Diagnostic] = []
        for format in Distribution.PackageFormat.allCases
        where converters.contains(where: { $0.packsSource && $0.packageFormat == format }) {
            let lost = lost(in: format)
            let others = lost.filter { !needs($0, naming.commonPackage) }
            let isSettled = project.says(format)
            if !others.isEmpty, !isSettled { warnings.append(Self.dropped(others, format)) }
            if others.count < lost.count, project.files.isEmpty, !areFilesTold {
                warnings.append(Self.filesLeftOut(naming.commonPackage, format))
            }
            if !uncertain.isEmpty, !isSettled { warnings.append(Self.doubt(uncertain, format)) }
        }
        return warnings
    }

    /// What a package of the format does not ask for, in the words of the tree's own one.
    private func lost(in format: Distribution.PackageFormat) -> [String] {
        switch format {
        case .deb, .rpm: format == self.format ? [] : dropped
        // Nothing of the kind is written there.
        case .pacman, .apk: own
        }
    }

    private static func dropped(_ items: [String], _ format: Distribution.PackageFormat) -> Diagnostic {
        .warning(
            "relation-dropped",
            "the package that the tree came in needs what has no known name in \(name(of: format)), which will not ask for it: "
                + items.joined(separator: ", "),
            hint: hint(for: format))
    }

    private static func hint(for format: Distribution.PackageFormat) -> String {
        switch format {
        case .deb, .rpm:
            "give the names there in mkdkms.yaml, as in: \(format.rawValue): {dkms: {requires: [NAME]}}"
        case .pacman: "add what has a name there to the depends of the PKGBUILD"
        case .apk: "add what has a name there to the depends of the APKBUILD"
        }
    }

    private static func filesLeftOut(_ package: String, _ format: Distribution.PackageFormat) -> Diagnostic {
        .warning(
            "files-left-out",
            "the package that the tree came in needs the files of \(package), and \(name(of: format)) made of it lacks them",
            hint: "name those files under files: of mkdkms.yaml")
    }

    private static func doubt(_ names: [String], _ format: Distribution.PackageFormat) -> Diagnostic {
        .warning(
            "relation-dropped",
            "the spec of the package that the tree came in may ask for more, under conditions or by macros of rpmbuild, which \(name(of: format)) made of it will not: "
                + names.joined(separator: ", "),
            hint: hint(for: format))
    }

    /// With an article.
    private static func name(of format: Distribution.PackageFormat) -> String {
        switch format {
        case .deb: "a .deb"
        case .rpm: "an .rpm"
        case .pacman, .apk: "a package for \(format.rawValue)"
        }
    }

    /// Whether an item, of either side, asks for the package with the files of the same release, and no other.
    func needs(_ item: String, _ package: String) -> Bool {
        companions.contains(package) && Self.names(debian: item) == [package]
    }

    /// - Throws: `foreign-common` where the release's package of files beside the module would take the name of one that the
    ///   tree's package needs, and that is not of its release.
    func check(_ naming: PackageNaming, _ project: ProjectSettings) throws(Diagnostic) {
        let common = naming.commonPackage
        guard !project.files.isEmpty, !companions.contains(common),
            own.contains(where: { Self.names(debian: $0).contains(common) })
        else { return }
        throw .error(
            "foreign-common",
            "the package that the tree came in needs \(common), which is a package of somebody else: that with the files beside the module would have the same name",
            hint: "leave files: out of the settings, and pack those files in a package of another name")
    }

    private static func add(_ name: String, to relations: inout ExtraRelations) {
        if !relations.requires.contains(name) { relations.requires.append(name) }
    }

    /// The names of an item's alternatives, without version and architecture.
    package static func names(debian item: String) -> [String] {
        item.split(separator: "|").compactMap { alternative in
            alternative.drop { $0 == " " }.split { " (:[<".contains($0) }.first.map(String.init)
        }
    }
}

extension ProjectSettings {
    /// Whether the settings name relations of the packages themselves.
    fileprivate func says(_ format: Distribution.PackageFormat) -> Bool {
        switch format {
        case .deb: debRelations.of(.dkms) != ExtraRelations()
        case .rpm: rpmRelations.of(.dkms) != ExtraRelations()
        case .pacman, .apk: false
        }
    }
}

extension DriverRelease {
    /// What the settings file gives the .debs of a kind, or else, to the `-dkms` one, what the tree's own package needed.
    ///
    /// That is for building and for the tree's hooks: finished modules need none of it.
    func debRelations(of kind: PackageKind) -> ExtraRelations {
        relations(project.debRelations.of(kind), or: kind == .dkms ? carried?.deb : nil)
    }

    /// The same of .rpms.
    func rpmRelations(of kind: PackageKind) -> ExtraRelations {
        relations(project.rpmRelations.of(kind), or: kind == .dkms ? carried?.rpm : nil)
    }

    /// Where the release has its files beside the module itself, none of another release are asked for.
    private func relations(_ own: ExtraRelations, or carried: ExtraRelations?) -> ExtraRelations {
        guard own == ExtraRelations(), var relations = carried else { return own }
        if let commonPackage, let all = self.carried {
            relations.requires.removeAll { all.needs($0, commonPackage) }
        }
        return relations
    }
}

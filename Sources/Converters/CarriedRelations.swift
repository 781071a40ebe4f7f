package import Diagnostics
package import Settings

/// What the package that a tree came in depends on, as far as a package of the other kind can say it.
///
/// dkms itself, its toolchain by way of it, and kernel headers are every package's own affair. Of the rest only what
/// ``counterparts`` lists has a name on the other side; versions stay behind, for the two sides number differently.
/// docs/other-formats.md shows the table.
package struct CarriedRelations: Sendable {
    package private(set) var deb = ExtraRelations()
    package private(set) var rpm = ExtraRelations()
    private var warning: Diagnostic?
    /// Whether it is .rpms that lack something, and not .debs.
    private var isOfRPM = false

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
    package init(debian items: [String]) {
        deb.requires = items.filter { !Self.names(debian: $0).contains(where: Self.isOwn) }
        var dropped: [String] = []
        for item in deb.requires {
            let names = Self.names(debian: item)
            let known = names.lazy.compactMap { name in Self.counterparts.first { $0.debian == name }?.rpm }
                .first
            if let known { Self.add(known, to: &rpm) } else { dropped.append(item) }
        }
        note(dropped, ofRPM: true)
    }

    /// From the names of an .rpm's `Requires`.
    package init(rpm names: [String]) {
        // rpmbuild's own, and what scripts of the payload are run by.
        let own = names.filter {
            !$0.hasPrefix("rpmlib(") && !$0.hasPrefix("config(") && !$0.hasPrefix("/")
                && !$0.hasPrefix("(dkms ")
                && !Self.isOwn($0)
        }
        rpm.requires = own
        var dropped: [String] = []
        for name in own {
            if let known = Self.counterparts.first(where: { $0.rpm == name })?.debian {
                Self.add(known, to: &deb)
            } else {
                dropped.append(name)
            }
        }
        note(dropped, ofRPM: false)
    }

    /// `relation-dropped`, once for all that has no counterpart, where one of the converters writes a `-dkms` package
    /// of the other kind: no other is told what the tree's own one needed.
    package func warnings(for converters: [any Converter]) -> [Diagnostic] {
        let isWritten = converters.contains {
            isOfRPM
                ? $0 is RPMDkmsConverter || $0 is RPMSourceConverter
                : $0 is DebDkmsConverter || $0 is DebSourceConverter
        }
        return isWritten ? warning.map { [$0] } ?? [] : []
    }

    private mutating func note(_ dropped: [String], ofRPM: Bool) {
        isOfRPM = ofRPM
        guard !dropped.isEmpty else { return }
        let (other, key) = ofRPM ? ("an .rpm", "rpm") : ("a .deb", "deb")
        warning = .warning(
            "relation-dropped",
            "the package that the tree came in needs what has no known name in \(other), which will not ask for it: "
                + dropped.joined(separator: ", "),
            hint: "give the names there in mkdkms.yaml, as in: \(key): {dkms: {requires: [NAME]}}")
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

extension DriverRelease {
    /// What the settings file gives the .debs of a kind, or else, to the `-dkms` one, what the tree's own package needed.
    ///
    /// That is for building and for the tree's hooks: finished modules need none of it.
    func debRelations(of kind: PackageKind) -> ExtraRelations {
        Self.relations(project.debRelations.of(kind), or: kind == .dkms ? carried?.deb : nil)
    }

    /// The same of .rpms.
    func rpmRelations(of kind: PackageKind) -> ExtraRelations {
        Self.relations(project.rpmRelations.of(kind), or: kind == .dkms ? carried?.rpm : nil)
    }

    private static func relations(_ own: ExtraRelations, or carried: ExtraRelations?) -> ExtraRelations {
        own == ExtraRelations() ? carried ?? own : own
    }
}

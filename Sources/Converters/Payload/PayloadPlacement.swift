package import Diagnostics
package import Kernels
package import Settings

/// Where a file beside the module is installed on a distribution, and as what.
package struct PayloadPlacement: Hashable, Sendable {
    package let file: PayloadFile
    /// Relative to the root of the system.
    package let path: String
    package let permissions: UInt16
    /// Whether an administrator's change of it is kept: a conffile, or %config(noreplace).
    package let isConfiguration: Bool

    /// The place of `file`; nil where the settings keep it from the target.
    ///
    /// - Parameter target: nil for what suits most distributions with such packages.
    /// - Throws: `no-destination` for a file without a role that has its place, and without a destination here.
    package init?(
        _ file: PayloadFile, in packages: Distribution.PackageFormat, for target: Distribution?
    ) throws(Diagnostic) {
        let rules = PlacementRules(packages, target)
        let differences = rules.names.compactMap { name in file.differences.first { $0.target == name } }
        guard differences.allSatisfy(\.isShipped) else { return nil }
        let destination = differences.compactMap(\.destination).first ?? file.destination
        guard let path = destination ?? rules.folder(of: file.role).map({ "\($0)/\(file.name)" }) else {
            throw .error(
                "no-destination",
                "\(file.name), of the role \(file.role.rawValue), has no destination in \(rules.packagesName)",
                hint: "give destination, or ship: false under per-target: {\(rules.names.last ?? ""): …}",
                at: file.place)
        }
        self.file = file
        self.path = rules.merged(path)
        permissions = differences.compactMap(\.permissions).first ?? file.permissions
        isConfiguration =
            differences.compactMap(\.isConfiguration).first ?? file.isConfiguration
            ?? (file.role == .config || self.path.hasPrefix("etc/"))
    }
}

extension PayloadPlacement {
    /// Where the file really is on such a system.
    var merged: String { Self.merged(path) }

    /// Where a path leads on a system whose `/lib` and the like are links into `/usr`: lintian's aliased-location.
    static func merged(_ path: String) -> String {
        let first = path.split(separator: "/").first ?? ""
        return ["bin", "lib", "lib64", "sbin"].contains(first) ? "usr/\(path)" : path
    }
}

/// The folders of a distribution.
private struct PlacementRules {
    /// What the target is called in `per-target`, the most particular name first.
    let names: [String]
    /// Whether `/lib` is `/usr/lib` to its packages.
    private let isMerged: Bool
    private let packages: Distribution.PackageFormat

    /// A target of another kind of packages says nothing about this one.
    init(_ packages: Distribution.PackageFormat, _ target: Distribution?) {
        let target = target?.packageFormat == packages ? target : nil
        let general =
            switch packages {
            case .deb, .rpm: packages.rawValue
            case .pacman: Distribution.Name.arch.rawValue
            case .apk: Distribution.Name.alpine.rawValue
            }
        names = (target.map { [$0.description, $0.name.rawValue] } ?? []) + [general]
        self.packages = packages
        switch (packages, target?.name) {
        case (.deb, _): isMerged = target?.modulesPrefix.hasPrefix("usr/") ?? false
        case (.rpm, .sles), (.rpm, .opensuse): isMerged = target?.version.hasPrefix("15") != true
        case (.rpm, _), (.pacman, _): isMerged = true
        case (.apk, _): isMerged = false
        }
    }

    /// For messages.
    var packagesName: String {
        packages == .deb || packages == .rpm ? "a .\(packages.rawValue)" : "a package for \(names.last ?? "")"
    }

    /// Nil where the role means no folder.
    func folder(of role: PayloadFile.Role) -> String? {
        let library = isMerged ? "usr/lib" : "lib"
        switch role {
        // modprobe.d(5): kmod before 31 reads no /usr/lib/modprobe.d, and administrators look in /etc there. busybox's
        // modprobe, Alpine's first one, knows that place alone.
        case .modprobe: return packages != .rpm && !isMerged ? "etc/modprobe.d" : "\(library)/modprobe.d"
        case .modulesLoad: return "usr/lib/modules-load.d"
        // udev of SUSE never was in /lib.
        case .udev: return packages == .rpm ? "usr/lib/udev/rules.d" : "\(library)/udev/rules.d"
        case .firmware: return "\(library)/firmware"
        case .dracut: return "usr/lib/dracut/dracut.conf.d"
        case .config, .plain: return nil
        }
    }

    func merged(_ path: String) -> String { isMerged ? PayloadPlacement.merged(path) : path }
}

import Archive
import DebFormat
package import Diagnostics
package import Kernels
import Settings
import Templates

/// `N-common`: the files beside the module, which every other .deb of the release depends on.
package struct DebCommonConverter: Converter {
    package init() {}

    package var packageFormat: Distribution.PackageFormat? { .deb }
    package var packsSource: Bool { false }

    package func plan(_ release: DriverRelease) throws(Diagnostic) -> [any ArtifactPlan] {
        guard let package = try Self.package(release) else { return [] }
        return [DebPlan(kind: "common", package: package, release: release, for: Self.target(release))]
    }

    private static func target(_ release: DriverRelease) -> Distribution {
        release.debianTarget(release.units.first?.kernel)
    }

    /// The package; nil where nothing is shipped beside the module.
    static func package(_ release: DriverRelease) throws(Diagnostic) -> DebPackage? {
        guard let package = release.commonPackage else { return nil }
        let common = try CommonFiles(
            release, in: .deb, for: target(release),
            beside: DebDocumentation.paths(of: release.naming.dkmsPackage))
        let control = release.control(
            package: package, .common, architecture: try common.architecture()?.debianName ?? "all",
            depends: "",
            // One of its version made by others may have the files itself. Packages of modules, which only a release for
            // their kernel could name, are left to the settings: what this package says must not hang on -k.
            replacing: [RelationTerm(release.naming.dkmsPackage, "<=", release.naming.full).debian]
                + release.naming.formerNames.compactMap(\.debian?.replaced),
            part: "common files",
            extended: """
                This package holds the files that are used with the kernel module,
                whichever package brings the module itself.
                """)
        let scripts = try scripts(release, common, package)
        let tags = scripts["preinst"] == nil ? [] : [helperTag]
        let documents = try FileList(
            try DebDocumentation(release: release).files(for: package, overriding: tags))
        return DebPackage(
            control: control, files: try common.joined(with: documents),
            scripts: try DebPlan.scripts(scripts),
            conffiles: common.configurations.map { "/\($0)" },
            // What makes an initramfs copies them into it.
            triggers: common.has(.modprobe, .firmware, .dracut) ? ["activate-noawait update-initramfs"] : [])
    }

    /// lintian asks for a file of debhelper's, which has no part in this package.
    private static let helperTag = (
        tag: "maintainer-script-should-not-use-dpkg-maintscript-helper",
        reason:
            "No debhelper makes this package, so dpkg-maintscript-helper cannot come from its maintscript file."
    )

    /// Those that the kinds of files ask for, and conffiles that moved.
    private static func scripts(
        _ release: DriverRelease, _ common: CommonFiles, _ package: String
    ) throws(Diagnostic) -> [String: String] {
        // What the package for an older distribution had in /etc would hide what this one has below /usr.
        // Nothing is known of a place that the settings don't name there.
        let older = try? CommonFiles(release, in: .deb, for: Distribution(.debian, "12"))
        // One that only went from /lib to /usr/lib is the same file where the one is the other, and dpkg sees that: the
        // administrator's change of it goes on in its place.
        let paths = Set(common.placements.map { PayloadPlacement.merged($0.path) })
        let obsolete = (older?.configurations ?? []).filter { !paths.contains(PayloadPlacement.merged($0)) }
            .sorted().map { "/\($0)" }
        guard common.has(.udev) || !obsolete.isEmpty else { return [:] }
        let moved =
            obsolete.isEmpty
            ? ""
            : try "\n"
                + release.settings.templates.render(
                    "shared/conffiles.sh",
                    [
                        "OBSOLETE": .shell(obsolete.joined(separator: "\n")), "PACKAGE": .shell(package),
                        "VERSION": .shell(release.naming.full),
                    ])
        var texts = try release.settings.templates.render(
            folder: "deb-common", ["MOVED": .verbatim(moved)])
        if obsolete.isEmpty { texts["preinst"] = nil }
        return texts
    }
}

import Archive
package import Diagnostics
import DkmsConf
package import Kernels
import RPMFormat
import Settings
import SourceTree
import Templates

/// `N-common`: the files beside the module, which every other .rpm of the release requires.
package struct RPMCommonConverter: Converter {
    package init() {}

    package var packageFormat: Distribution.PackageFormat? { .rpm }
    package var packsSource: Bool { false }

    package func plan(_ release: DriverRelease) throws(Diagnostic) -> [any ArtifactPlan] {
        guard let package = try Self.package(release) else { return [] }
        return [
            RPMPlan(
                kind: "common", kernels: [], package: package,
                compression: release.rpmCompression(Self.target(release)), release: release)
        ]
    }

    private static func target(_ release: DriverRelease) -> Distribution? {
        release.settings.target ?? release.units.first?.kernel.target
    }

    /// The package, which that of the source builds too; nil where nothing is shipped beside the module.
    static func package(_ release: DriverRelease) throws(Diagnostic) -> RPMPackage? {
        guard let name = release.commonPackage else { return nil }
        let target = target(release)
        let common = try files(release)
        let folder = "\(target?.documentationFolder ?? "usr/share/doc")/\(name)"
        let readme = "\(folder)/README"
        let documents = [
            FileEntry(
                path: folder, kind: .directory, permissions: 0o755,
                modified: release.settings.epoch),
            FileEntry(
                path: readme, kind: .file(.text(Self.readme(release, common))), permissions: 0o644,
                modified: release.settings.epoch),
        ]
        var package = release.rpm(
            name, .common, try common.architecture()?.rpmName ?? "noarch",
            files: try common.joined(with: try FileList(common.ownFolders + documents)),
            description: """
                The files that are used with the kernel module \(release.identity.name),
                whichever package brings the module itself.
                """)
        // There is one source package, which is called after the source.
        package.sourceRPM = "\(release.naming.dkmsPackage)-\(package.fullVersion).src.rpm"
        for path in common.configurations { package.flags[path] = [.config, .noReplace] }
        package.flags[readme] = .documentation
        package.scriptlets = try RPMPlan.scriptlets(try Self.scriptlets(release, common))
        return package
    }

    static func files(_ release: DriverRelease) throws(Diagnostic) -> CommonFiles {
        // Those of its package are where the target of the command line or the settings has them.
        let documents = RPMDocumentation(
            release, of: release.naming.dkmsPackage, for: release.settings.target)
        return try CommonFiles(
            release, in: .rpm, for: target(release),
            beside: documents.files.filter { $0.kind != .directory }.map(\.path))
    }

    /// Those that the kinds of files ask for.
    private static func scriptlets(
        _ release: DriverRelease, _ common: CommonFiles
    ) throws(Diagnostic) -> [String: String] {
        let isInInitramfs = common.has(.modprobe, .firmware, .dracut)
        guard isInInitramfs || common.has(.udev) else { return [:] }
        let modules = release.conf.modules.map { "\($0.destName).ko" }.joined(separator: "\n")
        var texts = try release.settings.templates.render(
            folder: "rpm-common",
            [
                "ROLES": .shell(common.roles.map(\.rawValue).joined(separator: " ")),
                "MODULES": .shell(modules),
            ])
        if !isInInitramfs { texts["posttrans"] = nil }
        if !common.has(.udev) { texts["postun"] = nil }
        return texts
    }

    /// What the package is, for whoever finds its files.
    private static func readme(_ release: DriverRelease, _ common: CommonFiles) -> String {
        let homepage = release.metadata.homepage.map { "\n\n\($0)" } ?? ""
        let files = common.placements.map { "/\($0.path)\($0.isConfiguration ? " (yours to change)" : "")" }
        return """
            \(release.metadata.summary)

            \(release.description("Files that are used with the kernel module \(release.identity.name) \(release.identity.version):", of: .common))

            \(files.sorted().map { "  \($0)" }.joined(separator: "\n"))\(homepage)

            """
    }
}

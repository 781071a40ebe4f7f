import Archive
import DebFormat
package import Diagnostics
import DkmsConf
package import Kernels
import Settings
import Templates

/// `N-dkms`: the source under /usr/src, built on the user's machine by dkms or mkdkms.
package struct DebDkmsConverter: Converter {
    private let carriesModules: Bool

    /// - Parameter carriesModules: whether the modules of the release travel along: their kernels need no compiler.
    package init(carriesModules: Bool = false) { self.carriesModules = carriesModules }

    package var packageFormat: Distribution.PackageFormat? { .deb }
    package var packsSource: Bool { true }

    package func plan(_ release: DriverRelease) throws(Diagnostic) -> [any ArtifactPlan] {
        let prebuilt = carriesModules ? try PrebuiltModules(release) : nil
        return [
            DebPlan(
                kind: "dkms", kernels: prebuilt?.kernels ?? [],
                package: try Self.package(release, carrying: prebuilt), tarballs: prebuilt?.tarballs ?? [],
                release: release, for: release.debianTarget())
        ]
    }

    /// The package with the source and, where there are `prebuilt` modules, what installs them; without any it is what
    /// a source package builds.
    static func package(
        _ release: DriverRelease, carrying prebuilt: PrebuiltModules? = nil
    ) throws(Diagnostic) -> DebPackage {
        let package = release.naming.dkmsPackage
        var control = release.control(
            package: package, .dkms, architecture: prebuilt?.architecture.debianName ?? "all",
            depends: DkmsDependency(release.conf, carried: release.carriedEngine(.deb)).debian,
            extended: StockDescription.deb(carriesModules: prebuilt != nil))
        control.insert(
            "Provides", release.naming.debian(ours: "\(release.naming.name)-modules"), after: "Depends")
        control.supersede(release.naming.formerNames)
        let files = try FileList(
            release.sourceFiles().entries + DebDocumentation(release: release).files(for: package))
        var tokens = release.dkmsTokens(package: package)
        tokens["PREBUILT"] = .verbatim(prebuilt?.hook ?? "")
        tokens["COMMON"] = .shell(release.naming.commonPackage)
        let scripts = try release.settings.templates.render(folder: "deb-dkms", tokens)
        return DebPackage(
            control: control, files: files, scripts: try DebPlan.scripts(scripts), triggers: Self.triggers)
    }

    /// A package that was installed before any engine has its module built when one comes (deb-triggers(5)).
    private static let triggers = ["/usr/sbin/dkms", "/usr/bin/mkdkms"].map { "interest-noawait \($0)" }
}

extension ControlFields {
    /// Has the package take the place of those of other names, whoever depends on them (Debian Policy 7.6.2).
    ///
    /// A newer one than is known is not removed for it, but it can't be there either.
    fileprivate mutating func supersede(_ names: [FormerName]) {
        for former in names.compactMap(\.debian) {
            insert("Provides", former.provided, after: "Depends")
            insert("Conflicts", former.name, after: "Provides")
            insert("Replaces", former.replaced, after: "Conflicts")
        }
    }
}

import Archive
import DebFormat
package import Diagnostics
import DkmsConf
import Templates

/// `N-dkms`: the source under /usr/src, built on the user's machine by dkms or mkdkms.
package struct DebDkmsConverter: Converter {
    private let carriesModules: Bool

    /// - Parameter carriesModules: whether the modules of the release travel along: their kernels need no compiler.
    package init(carriesModules: Bool = false) { self.carriesModules = carriesModules }

    package var makesPackages: Bool { true }

    package func plan(_ release: DriverRelease) throws(Diagnostic) -> [any ArtifactPlan] {
        let package = try Self.package(release)
        var plan = DebPlan(
            kind: "dkms", kernels: [], package: package,
            compression: release.debCompression(release.debianTarget()), release: release)
        if carriesModules { try plan.embed(PrebuiltModules(release), in: release) }
        return [plan]
    }

    /// The package with the source and nothing else, which is also what a source package builds.
    static func package(_ release: DriverRelease) throws(Diagnostic) -> DebPackage {
        let package = "\(release.naming.name)-dkms"
        var control = release.control(
            package: package, architecture: "all", depends: DkmsDependency(release.conf).debian,
            extended: """
                This package holds the source of the kernel module, to be built by DKMS for
                each kernel whose headers are installed.
                """)
        control.insert(
            "Provides", "\(release.naming.name)-modules (= \(release.naming.full))", after: "Depends")
        let files = try FileList(
            release.sourceFiles().entries + DebDocumentation(release: release).files(for: package))
        let scripts = try release.settings.templates.render(
            folder: "deb-dkms", release.dkmsTokens(package: package))
        return DebPackage(
            control: control, files: files, scripts: try DebPlan.scripts(scripts), triggers: Self.triggers)
    }

    /// A package that was installed before any engine has its module built when one comes (deb-triggers(5)).
    private static let triggers = ["/usr/sbin/dkms", "/usr/bin/mkdkms"].map { "interest-noawait \($0)" }
}

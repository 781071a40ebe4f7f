import Archive
import DebFormat
package import Diagnostics
import DkmsConf
import Templates

/// `N-dkms`: the source under /usr/src, built on the user's machine by dkms or mkdkms.
package struct DebDkmsConverter: Converter {
    package init() {}

    package var makesPackages: Bool { true }

    package func plan(_ release: DriverRelease) throws(Diagnostic) -> [any ArtifactPlan] {
        let package = "\(release.naming.name)-dkms"
        var control = release.control(
            package: package, architecture: "all", depends: Self.depends(release),
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
        return [
            DebPlan(
                kind: "dkms", kernels: [],
                package: DebPackage(
                    control: control, files: files, scripts: try DebPlan.scripts(scripts),
                    triggers: Self.triggers),
                compression: release.debCompression(release.debianTarget()), epoch: release.settings.epoch)
        ]
    }

    /// A package that was installed before any engine has its module built when one comes (deb-triggers(5)).
    private static let triggers = ["/usr/sbin/dkms", "/usr/bin/mkdkms"].map { "interest-noawait \($0)" }

    /// BUILD_EXCLUSIVE_CONFIG ends with 77 since dkms 3.0.3, which older package hooks took for a failure.
    private static func depends(_ release: DriverRelease) -> String {
        let conditions = [release.conf.buildExclusive] + release.conf.modules.map(\.buildExclusive)
        let isConfigured = conditions.contains { !$0.config.isEmpty }
        return (isConfigured ? "dkms (>= 3.0.3-4~)" : "dkms (>= 2.8)") + " | mkdkms"
    }
}

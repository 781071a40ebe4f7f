import Archive
import DebFormat
package import Diagnostics
import Templates

/// `N-dkms`: the source under /usr/src, built on the user's machine by dkms or mkdkms.
package struct DebDkmsConverter: Converter {
    package init() {}

    package func plan(_ release: DriverRelease) throws(Diagnostic) -> [any ArtifactPlan] {
        let target = release.debianTarget()
        let package = "\(release.naming.name)-dkms"
        var control = release.control(
            package: package, architecture: "all", depends: Self.depends(release),
            extended: """
                This package holds the source of the kernel module, to be built by DKMS for
                each kernel whose headers are installed.
                """)
        control.insert("Provides", "\(release.naming.name)-modules (= \(release.naming.full))", after: "Depends")
        let files = try FileList(
            release.sourceFiles().entries + DebDocumentation(release: release).files(for: package))
        var scripts: [DebPackage.Script: String] = [:]
        for script in [DebPackage.Script.postinst, .prerm, .postrm] {
            scripts[script] = try release.settings.templates.render(
                "deb-dkms/\(script.rawValue)", release.dkmsTokens(package: package, script: script.rawValue))
        }
        return [
            DebPlan(
                kind: "dkms", kernels: [], package: DebPackage(control: control, files: files, scripts: scripts),
                compression: release.debCompression(target), epoch: release.settings.epoch)
        ]
    }

    /// BUILD_EXCLUSIVE_CONFIG ends with 77 since dkms 3.0.3, which older package hooks took for a failure.
    private static func depends(_ release: DriverRelease) -> String {
        let dkms = release.conf.usesExclusiveConfig ? "dkms (>= 3.0.3-4~)" : "dkms (>= 2.8)"
        return "\(dkms) | mkdkms"
    }
}

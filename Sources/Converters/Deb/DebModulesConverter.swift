import Archive
import DebFormat
package import Diagnostics
import Kernels
import SourceTree
import Templates

/// `N-modules-K`: the modules for one kernel, ready to load.
package struct DebModulesConverter: Converter {
    package init() {}

    package var makesPackages: Bool { true }

    package func plan(_ release: DriverRelease) throws(Diagnostic) -> [any ArtifactPlan] {
        var plans: [any ArtifactPlan] = []
        for unit in release.units { plans.append(try plan(release, unit)) }
        return plans
    }

    private func plan(_ release: DriverRelease, _ unit: PreparedUnit) throws(Diagnostic) -> DebPlan {
        let kernel = unit.kernel.release
        let target = release.debianTarget(unit.kernel)
        let name = release.naming.name
        let package = "\(name)-modules-\(PackageNaming.debianKernel(kernel))"
        var control = release.control(
            package: package, architecture: try unit.knownArchitecture().debianName,
            depends:
                "linux-image-\(kernel) | linux-image-\(kernel)-unsigned | linux-image-unsigned-\(kernel), kmod",
            extended: """
                This package holds the kernel module built for Linux \(kernel);
                it needs neither DKMS nor a compiler.
                """)
        control.insert("Provides", "\(name)-modules (= \(release.naming.full))", after: "Depends")
        // Each writes what the other owns, below /lib/modules/K/updates.
        control.insert("Conflicts", "\(name)-dkms", after: "Provides")
        let modules = unit.entries(
            in: "\(target.modulesPrefix)/\(kernel)/updates/\(release.identity.name)",
            epoch: release.settings.epoch)
        let files = try FileList(modules + DebDocumentation(release: release).files(for: package))
        let scripts = try release.settings.templates.render(
            folder: "deb-modules",
            [
                "NAME": .shell(release.identity.name), "KERNEL": .shell(kernel),
                "MODULES": .shell(modules.map { "/\($0.path)" }.joined(separator: "\n")),
            ])
        return DebPlan(
            kind: "modules", kernels: [kernel],
            package: DebPackage(control: control, files: files, scripts: try DebPlan.scripts(scripts)),
            compression: release.debCompression(target), epoch: release.settings.epoch)
    }
}

import Archive
import DebFormat
package import Diagnostics
import Kernels
import Templates

/// `N-modules-K`: the modules for one kernel, ready to load.
package struct DebModulesConverter: Converter {
    package init() {}

    package func plan(_ release: DriverRelease) throws(Diagnostic) -> [any ArtifactPlan] {
        var plans: [any ArtifactPlan] = []
        for unit in release.units { plans.append(try plan(release, unit)) }
        return plans
    }

    private func plan(_ release: DriverRelease, _ unit: PreparedUnit) throws(Diagnostic) -> DebPlan {
        let kernel = unit.kernel.release
        let target = release.debianTarget(unit.kernel)
        let name = release.naming.name
        let package = "\(name)-modules-\(PackageNaming.kernel(kernel))"
        var control = release.control(
            package: package, architecture: try architecture(unit.kernel),
            depends: "linux-image-\(kernel) | linux-image-\(kernel)-unsigned | linux-image-unsigned-\(kernel), kmod",
            extended: """
                This package holds the kernel module built for Linux \(kernel);
                it needs neither DKMS nor a compiler.
                """)
        control.insert("Provides", "\(name)-modules (= \(release.naming.full))", after: "Depends")
        // Each writes what the other owns, below /lib/modules/K/updates.
        control.insert("Conflicts", "\(name)-dkms", after: "Provides")
        let folder = "\(target.modulesPrefix)/\(kernel)/updates/\(release.identity.name)"
        let modules = unit.modules.map { module in
            let (file, content) = module.file(unit.compression)
            return FileEntry(
                path: "\(folder)/\(file)", kind: .file(content), permissions: 0o644, modified: release.settings.epoch)
        }
        let files = try FileList(modules + DebDocumentation(release: release).files(for: package))
        let tokens = release.moduleTokens(unit, paths: modules.map { "/\($0.path)" })
        var scripts: [DebPackage.Script: String] = [:]
        for script in [DebPackage.Script.postinst, .postrm] {
            scripts[script] = try release.settings.templates.render(
                "deb-modules/\(script.rawValue)", tokens.only(for: "deb-modules/\(script.rawValue)"))
        }
        return DebPlan(
            kind: "modules", kernels: [kernel],
            package: DebPackage(control: control, files: files, scripts: scripts),
            compression: release.debCompression(target), epoch: release.settings.epoch)
    }

    private func architecture(_ kernel: KernelFacts) throws(Diagnostic) -> String {
        guard let architecture = kernel.architecture else {
            throw .error(
                "unknown-architecture", "Debian has no name for the architecture \(kernel.arch)",
                hint: "leave this kernel out of the .deb packages")
        }
        return architecture.debianName
    }
}

import Archive
import DebFormat
package import Diagnostics
import KernelModule
package import Kernels
import Settings
import SourceTree
import Templates

/// `N-modules-K`: the modules for one kernel, ready to load; and, where asked for, `N-modules-FLAVOUR`, which follows
/// the newest kernel of each flavour.
package struct DebModulesConverter: Converter {
    private let followsFlavours: Bool

    package init(followsFlavours: Bool = false) { self.followsFlavours = followsFlavours }

    package var packageFormat: Distribution.PackageFormat? { .deb }
    package var packsSource: Bool { false }

    package func plan(_ release: DriverRelease) throws(Diagnostic) -> [any ArtifactPlan] {
        var plans: [DebPlan] = []
        for unit in release.units { plans.append(try plan(release, unit)) }
        guard followsFlavours else { return plans }
        let followers = try DebFlavourPackages(release)
        // A package that is not written has nothing to say it with.
        if !plans.isEmpty { plans[0].warnings += followers.warnings }
        return plans + (try followers.plans())
    }

    private func plan(_ release: DriverRelease, _ unit: PreparedUnit) throws(Diagnostic) -> DebPlan {
        let kernel = unit.kernel.release
        let target = release.debianTarget(unit.kernel)
        let name = release.naming.name
        let package = Self.package(of: unit, release)
        var control = release.control(
            package: package, .modules, architecture: try unit.knownArchitecture().debianName,
            depends: Self.kernelPackages(kernel, release.project),
            extended: """
                This package holds the kernel module built for Linux \(kernel);
                it needs neither DKMS nor a compiler.
                """)
        control.insert("Provides", release.naming.debian(ours: "\(name)-modules"), after: "Depends")
        // Each writes what the other owns, below /lib/modules/K/updates.
        let others = [release.naming.dkmsPackage] + release.naming.formerNames.compactMap(\.debian?.name)
        control.insert("Conflicts", others.joined(separator: ", "), after: "Provides")
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
            package: DebPackage(
                control: control, files: files, scripts: try DebPlan.scripts(scripts),
                triggers: unit.mattersAtBoot ? ["activate-noawait update-initramfs"] : []),
            release: release, for: target)
    }

    static func package(of unit: PreparedUnit, _ release: DriverRelease) -> String {
        "\(release.naming.name)-modules-\(PackageNaming.debianKernel(unit.kernel.release))"
    }

    /// What the kernel comes in: what the settings say, else the names that Debian and Ubuntu have for it.
    private static func kernelPackages(_ kernel: String, _ project: ProjectSettings) -> String {
        let name = PackageNaming.debianKernel(kernel)
        let images =
            project.kernelPackage?.replacing("{kernel}", with: name)
            ?? "linux-image-\(name) | linux-image-\(name)-unsigned | linux-image-unsigned-\(name)"
        return images.isEmpty ? "kmod" : "\(images), kmod"
    }
}

extension PreparedUnit {
    /// Whether a module may be needed before the root file system is there: one that devices ask for by their ids, or
    /// a file system.
    ///
    /// The package's hooks renew the initramfs that holds the module already; one that is to hold it from now on is
    /// the business of the trigger.
    fileprivate var mattersAtBoot: Bool {
        modules.flatMap { $0.facts?.values("alias") ?? [] }.contains { alias in
            alias.hasPrefix("fs-") || alias.wholeMatch(of: /[a-z0-9_]+:.*/) != nil
        }
    }
}

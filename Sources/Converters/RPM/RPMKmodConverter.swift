import Archive
package import Diagnostics
package import Kernels
import RPMFormat
import Settings
import SourceTree
import Templates

/// `kmod-N-K`: the modules for one kernel, ready to load; and, where asked for, `kmod-N-latest`, which follows the
/// newest kernel of each kind.
package struct RPMKmodConverter: Converter {
    private let followsKernels: Bool

    package init(followsKernels: Bool = false) { self.followsKernels = followsKernels }

    package var packageFormat: Distribution.PackageFormat? { .rpm }
    package var packsSource: Bool { false }

    package func plan(_ release: DriverRelease) throws(Diagnostic) -> [any ArtifactPlan] {
        var plans: [RPMPlan] = []
        for unit in release.units { plans.append(try plan(release, unit)) }
        guard followsKernels else { return plans }
        let followers = try RPMLatestPackages(release)
        // A package that is not written has nothing to say it with.
        if !plans.isEmpty { plans[0].warnings += followers.warnings }
        return plans + (try followers.plans())
    }

    static func package(of unit: PreparedUnit, _ release: DriverRelease) -> String {
        "kmod-\(release.naming.name)-\(PackageNaming.rpmKernel(unit.kernel.release))"
    }

    private func plan(_ release: DriverRelease, _ unit: PreparedUnit) throws(Diagnostic) -> RPMPlan {
        let kernel = unit.kernel.release
        let naming = release.naming
        let name = Self.package(of: unit, release)
        let target = release.settings.target ?? unit.kernel.target
        let modules = try RPMModuleFiles(
            unit,
            folder: "\(target?.modulesPrefix ?? "lib/modules")/\(kernel)/extra/\(release.identity.name)",
            epoch: release.settings.epoch)
        var package = release.rpm(
            name, .modules, try unit.knownArchitecture().rpmName, files: modules.files,
            description: """
                The kernel module \(release.identity.name),
                built for Linux \(kernel).
                It needs neither DKMS nor a compiler.
                """)
        try package.document(release, for: target)
        package.relations[.provides] =
            [
                RPMDependency("\(naming.name)-kmod", .equal, naming.full),
                RPMDependency("kmod-\(naming.name)", .equal, naming.full),
            ] + unit.modules.map { RPMDependency("kmod(\($0.name).ko)") }
        package.relations[.requires] = [
            Self.kernelRequirement(kernel, release),
            RPMDependency("/usr/sbin/depmod", [.post, .postUninstall]),
        ]
        package.relations[.conflicts] = naming.dkmsPackages.map { RPMDependency($0) }
        package.scriptlets = try RPMPlan.scriptlets(
            try release.settings.templates.render(
                folder: "rpm-kmod",
                ["PACKAGE": .shell(name), "KERNEL": .shell(kernel), "MODULES": .shell(modules.paths)]))
        return RPMPlan(
            kind: "kmod", kernels: [kernel], package: package, compression: release.rpmCompression(target),
            release: release)
    }

    /// The kernel: what the settings call its package, else the name that every kernel package provides.
    private static func kernelRequirement(_ kernel: String, _ release: DriverRelease) -> RPMDependency {
        if let name = release.project.kernelPackage, !name.isEmpty {
            return RPMDependency(written: name.replacing("{kernel}", with: PackageNaming.rpmKernel(kernel)))
        }
        return RPMDependency("kernel-uname-r", .equal, kernel)
    }
}

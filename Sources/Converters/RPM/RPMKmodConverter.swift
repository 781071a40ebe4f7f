import Archive
package import Diagnostics
import Kernels
import RPMFormat
import SourceTree
import Templates

/// `kmod-N-K`: the modules for one kernel, ready to load.
package struct RPMKmodConverter: Converter {
    package init() {}

    package var makesPackages: Bool { true }

    package func plan(_ release: DriverRelease) throws(Diagnostic) -> [any ArtifactPlan] {
        var plans: [any ArtifactPlan] = []
        for unit in release.units { plans.append(try plan(release, unit)) }
        return plans
    }

    private func plan(_ release: DriverRelease, _ unit: PreparedUnit) throws(Diagnostic) -> RPMPlan {
        let kernel = unit.kernel.release
        let naming = release.naming
        let name = "kmod-\(naming.name)-\(PackageNaming.rpmKernel(kernel))"
        let target = release.settings.target ?? unit.kernel.target
        let prefix = target?.modulesPrefix ?? "lib/modules"
        let folder = "\(prefix)/\(kernel)/extra/\(release.identity.name)"
        let modules = unit.entries(in: folder, epoch: release.settings.epoch)
        // Only this folder is the package's own; extra belongs to whoever else puts modules there.
        let own = FileEntry(
            path: folder, kind: .directory, permissions: 0o755, modified: release.settings.epoch)
        var package = release.rpm(
            name, try unit.knownArchitecture().rpmName, files: try FileList(modules + [own]),
            description: """
                The kernel module \(release.identity.name),
                built for Linux \(kernel).
                It needs neither DKMS nor a compiler.
                """)
        package.relations[.provides] =
            [
                RPMDependency("\(naming.name)-kmod", .equal, naming.full),
                RPMDependency("kmod-\(naming.name)", .equal, naming.full),
            ] + unit.modules.map { RPMDependency("kmod(\($0.name).ko)") }
        package.relations[.requires] = [
            RPMDependency("kernel-uname-r", .equal, kernel),
            RPMDependency("/usr/sbin/depmod", [.post, .postUninstall]),
        ]
        package.relations[.conflicts] = [RPMDependency("\(naming.name)-dkms")]
        package.scriptlets = try RPMPlan.scriptlets(
            try release.settings.templates.render(
                folder: "rpm-kmod",
                [
                    "PACKAGE": .shell(name), "KERNEL": .shell(kernel),
                    "MODULES": .shell(modules.map { "/\($0.path)" }.joined(separator: "\n")),
                ]))
        return RPMPlan(
            kind: "kmod", kernels: [kernel], package: package, compression: release.rpmCompression(target),
            release: release)
    }
}

import Archive
package import Diagnostics
package import Kernels
import RPMFormat
import Settings
import SourceTree
import Templates

/// `N-kmp-FLAVOUR`: a kernel module package as SUSE has them, one for each flavour of its kernels.
package struct RPMKmpConverter: Converter {
    package init() {}

    package var packageFormat: Distribution.PackageFormat? { .rpm }
    package var packsSource: Bool { false }

    package func plan(_ release: DriverRelease) throws(Diagnostic) -> [any ArtifactPlan] {
        var plans: [any ArtifactPlan] = []
        for unit in release.units { plans.append(try plan(release, unit)) }
        return plans
    }

    /// - Throws: `no-flavour` for a kernel that is not called as SUSE's are.
    private func plan(_ release: DriverRelease, _ unit: PreparedUnit) throws(Diagnostic) -> RPMPlan {
        let kernel = RPMKernelName(unit.kernel)
        guard let flavour = kernel.flavour else {
            throw .error(
                "no-flavour", "kernel \(kernel.release) has no flavour, as in 6.4.0-150600.21-default",
                hint: "package it another way: --kind kmod or --kind kabi")
        }
        let name = "\(release.naming.name)-kmp-\(flavour)"
        let target = release.target(sharing: .kmp) ?? unit.kernel.target
        let prefix = target.map(\.modulesPrefix) ?? "usr/lib/modules"
        let modules = try RPMModuleFiles(
            unit, folder: "\(prefix)/\(kernel.release)/updates/\(release.identity.name)",
            epoch: release.settings.epoch)
        var package = release.rpm(
            name, .modules, try unit.knownArchitecture().rpmName, files: modules.files,
            description: """
                The kernel module \(release.identity.name), built for Linux
                \(kernel.release) and used by every kernel with the same ABI.
                It needs neither DKMS nor a compiler.
                """)
        try package.document(release, for: target ?? Distribution(.opensuse))
        let version = "k\(RPMKernelName.versionPart(kernel.withoutFlavour))"
        package.version = "\(release.naming.version)_\(version)"
        package.sourceRPM = "\(release.naming.name)-kmp-\(package.fullVersion).src.rpm"
        package.group = "System/Kernel"
        if let first = package.changelog.first {
            package.changelog[0].author =
                first.author.replacing(release.naming.full, with: package.fullVersion)
        }
        try relate(&package, unit, flavour, release.naming, version: version)
        package.scriptlets = try RPMPlan.scriptlets(
            try release.settings.templates.render(
                folder: "rpm-kmp",
                [
                    "PACKAGE": .shell(name), "VERSION": .shell(package.version),
                    "RELEASE": .shell(package.release), "BASE": .shell(kernel.withoutFlavour),
                    "FLAVOUR": .shell(flavour), "KERNEL": .shell(kernel.release),
                    "USRMERGED": .shell(prefix.hasPrefix("usr/") ? "1" : "0"),
                ]))
        return RPMPlan(
            kind: "kmp", kernels: [kernel.release], package: package,
            compression: release.rpmCompression(target), release: release)
    }

    /// The relations of SUSE's kernel-module-subpackage; the package is in conflict with others for the same kernel.
    private func relate(
        _ package: inout RPMPackage, _ unit: PreparedUnit, _ flavour: String, _ naming: PackageNaming,
        version: String
    ) throws(Diagnostic) {
        let symbols = try RPMSymbolRelations(unit)
        let own = RPMDependency("\(package.name)-\(version)")
        package.relations[.provides] =
            [
                RPMDependency("\(naming.name)-kmp", .equal, package.fullVersion),
                RPMDependency("\(naming.name)-kmod", .equal, naming.full),
                RPMDependency("multiversion(kernel)"), own,
            ] + symbols.suseProvides(flavour)
        package.relations[.conflicts] = [own] + naming.dkmsPackages.map { RPMDependency($0) }
        let steps: RPMDependency.Sense = [.pre, .post, .preUninstall, .postUninstall]
        package.relations[.requires] =
            [
                RPMDependency("coreutils"), RPMDependency("grep"),
                RPMDependency("suse-kernel-rpm-scriptlets", steps),
            ] + symbols.suseRequires(flavour)
        package.relations[.recommends] = symbols.recommends
        package.relations[.enhances] = [RPMDependency("kernel-\(flavour)")]
        package.relations[.supplements] = symbols.suseSupplements(flavour)
    }
}

import Archive
package import Diagnostics
import DkmsConf
package import Kernels
import RPMFormat
import Settings
import SourceTree
import Templates

/// `N-dkms`: the source under /usr/src, built on the user's machine by dkms or mkdkms.
package struct RPMDkmsConverter: Converter {
    package init() {}

    package var packageFormat: Distribution.PackageFormat? { .rpm }
    package var packsSource: Bool { true }

    package func plan(_ release: DriverRelease) throws(Diagnostic) -> [any ArtifactPlan] {
        [
            RPMPlan(
                kind: "dkms", kernels: [], package: try Self.package(release),
                compression: release.rpmCompression(release.settings.target), release: release)
        ]
    }

    /// The package, which a source package of it builds too.
    static func package(_ release: DriverRelease) throws(Diagnostic) -> RPMPackage {
        let name = release.naming.dkmsPackage
        var package = release.rpm(
            name, .dkms, "noarch", files: try release.sourceFiles(),
            description: StockDescription.rpm(of: release.identity.name))
        try package.document(release, for: release.settings.target)
        let fences = KernelFences(release.conf.buildExclusive, obsoleteBy: release.conf.obsoleteBy)
        package.relations[.requires] =
            EngineNeed(
                floor: EngineNeed.floor(of: release.conf, in: .rpm), carried: release.carriedEngine(.rpm)
            ).rpm
        // Userland asks for this name, whoever provides the module.
        package.relations[.provides] = [
            RPMDependency("\(release.naming.name)-kmod", .equal, release.naming.full)
        ]
        for former in release.naming.formerNames {
            package.relations[.provides, default: []].append(
                RPMDependency(former.name, .equal, former.rpmSuccessor))
            package.relations[.obsoletes, default: []].append(
                RPMDependency(former.name, .less, former.rpmSuccessor))
        }
        // Not required: another distribution's package of the module has a name of its own, and dkms waits for it anyway.
        package.relations[.recommends] =
            release.conf.buildDepends.map(PackageNaming.dkmsPackage).map { RPMDependency($0) }
            + fences.headers
        // Obsoletes counts where ours comes; where the other one comes later it is this that keeps it out.
        package.relations[.conflicts] =
            fences.kernels + release.naming.formerNames.map { RPMDependency($0.name) }
        // A package of ours that came in says the same of kernels.
        for (relation, own) in package.relations {
            package.givenRelations[relation]?.removeAll(where: own.contains)
        }
        package.scriptlets = try RPMPlan.scriptlets(
            try release.settings.templates.render(folder: "rpm-dkms", release.dkmsTokens(package: name)))
        return package
    }
}

import Archive
import Diagnostics
import Kernels
import RPMFormat
import Settings
import SourceTree

/// `kmod-N-latest`: an empty package that requires the modules for the newest kernel; one more for each other kind of
/// kernel, such as `kmod-N-latest-rt`.
///
/// Its release rises with the kernel, `R~K`, so that the same modules for a newer kernel reach those who have it. A kind whose
/// newest kernel failed has none: it would be taken for an update. `kmod-N`, which other vendors call such a package, is the name
/// of the kABI package here.
struct RPMLatestPackages {
    private let release: DriverRelease
    private let newest: [FollowedKernel<RPMKernelName>]

    init(_ release: DriverRelease) throws(Diagnostic) {
        self.release = release
        newest = try release.newestKernels(
            { facts, _ in
                let kernel = RPMKernelName(facts)
                return (kernel.line, kernel)
            }, isOlder: { $0.precedes($1) })
    }

    /// `not-followed`, for each kind that has none.
    var warnings: [Diagnostic] { newest.compactMap { $0.warning(name($0)) } }

    func plans() throws(Diagnostic) -> [RPMPlan] {
        var plans: [RPMPlan] = []
        for followed in newest where followed.failed == nil { plans.append(try plan(followed)) }
        return plans
    }

    private func name(_ followed: FollowedKernel<RPMKernelName>) -> String {
        let line = followed.line.isEmpty ? "" : "-\(PackageNaming.rpmKernel(followed.line))"
        return "kmod-\(release.naming.name)-latest\(line)"
    }

    private func plan(_ followed: FollowedKernel<RPMKernelName>) throws(Diagnostic) -> RPMPlan {
        let naming = release.naming
        let unit = followed.unit
        let which = followed.line.isEmpty ? "" : " of the kind \(followed.line)"
        var package = release.rpm(
            name(followed), .meta, followed.architecture.rpmName, files: FileList(),
            description: """
                Follows the newest kernel\(which)
                that the module \(release.identity.name) is built for.
                It holds no files of its own.
                """)
        package.release = naming.rpmRelease(following: followed.kernel.version)
        package.sourceRPM = "\(package.name)-\(package.fullVersion).src.rpm"
        package.relations[.requires] = [
            RPMDependency(RPMKmodConverter.package(of: unit, release), .equal, naming.full)
        ]
        if let first = package.changelog.first {
            package.changelog[0].author = first.author.replacing(naming.full, with: package.fullVersion)
        }
        return RPMPlan(
            kind: "meta", kernels: [followed.kernel.release], package: package,
            compression: release.rpmCompression(release.settings.target ?? unit.kernel.target),
            release: release)
    }
}

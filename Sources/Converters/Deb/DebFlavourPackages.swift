import Archive
import DebFormat
import Diagnostics
import Kernels
import Settings
import SourceTree

/// `N-modules-FLAVOUR`: an empty package for each flavour of kernels, which depends on the modules of the newest one.
///
/// Its version rises with the kernel, `V-R~K`, so that a release of the same modules for a newer kernel reaches those who
/// have it installed. A flavour whose newest kernel failed has none: it would be taken for an update.
struct DebFlavourPackages {
    private let release: DriverRelease
    private let newest: [FollowedKernel<DebianKernel>]

    init(_ release: DriverRelease) throws(Diagnostic) {
        self.release = release
        newest = try release.newestKernels(
            { facts, architecture in
                let kernel = DebianKernel(facts.release)
                let isArchitectures = kernel.flavour.isEmpty || kernel.flavour.hasPrefix("+")
                return (isArchitectures ? architecture.debianName + kernel.flavour : kernel.flavour, kernel)
            }, isOlder: <)
    }

    /// `not-followed`, for each flavour that has none.
    var warnings: [Diagnostic] { newest.compactMap { $0.warning(name($0)) } }

    func plans() throws(Diagnostic) -> [DebPlan] {
        var plans: [DebPlan] = []
        for followed in newest where followed.failed == nil { plans.append(try plan(followed)) }
        return plans
    }

    private func name(_ followed: FollowedKernel<DebianKernel>) -> String {
        "\(release.naming.name)-modules-\(followed.line)"
    }

    private func plan(_ followed: FollowedKernel<DebianKernel>) throws(Diagnostic) -> DebPlan {
        let package = name(followed)
        let unit = followed.unit
        let modules = DebModulesConverter.package(of: unit, release)
        var control = release.control(
            package: package, .meta, architecture: followed.architecture.debianName,
            depends: "\(modules) (= \(release.naming.full))",
            extended: """
                This metapackage depends on the modules for the newest kernel of the flavour
                \(followed.line) that they are built for.
                """)
        control["Version"] = release.naming.debianVersion(following: followed.kernel.version)
        control["Source"] = "\(release.naming.name) (\(release.naming.full))"
        let files = try FileList(DebDocumentation(release: release).files(for: package))
        return DebPlan(
            kind: "meta", kernels: [unit.kernel.release],
            package: DebPackage(control: control, files: files), release: release,
            for: release.debianTarget(unit.kernel))
    }
}

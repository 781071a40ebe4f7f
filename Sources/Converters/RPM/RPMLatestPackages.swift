import Archive
import Diagnostics
import Kernels
import RPMFormat
import Settings
import SourceTree

/// `kmod-N-latest`: an empty package that requires the modules for the newest kernel; one more for each other kind of
/// kernel, such as `kmod-N-latest-rt`.
///
/// Its release rises with the kernel, `R.K`, so that the same modules for a newer kernel reach those who have it.
/// `kmod-N`, which other vendors call such a package, is the name of the kABI package here.
struct RPMLatestPackages {
    private let release: DriverRelease

    init(_ release: DriverRelease) { self.release = release }

    func plans() throws(Diagnostic) -> [RPMPlan] {
        var newest: [String: (unit: PreparedUnit, kernel: RPMKernelName)] = [:]
        for unit in release.units {
            let kernel = RPMKernelName(unit.kernel)
            let key = "\(kernel.line) \(try unit.knownArchitecture().rpmName)"
            if let known = newest[key], kernel.precedes(known.kernel) { continue }
            newest[key] = (unit, kernel)
        }
        var plans: [RPMPlan] = []
        for (_, choice) in newest.sorted(by: { $0.key < $1.key }) {
            plans.append(try plan(choice.unit, choice.kernel))
        }
        return plans
    }

    private func plan(_ unit: PreparedUnit, _ kernel: RPMKernelName) throws(Diagnostic) -> RPMPlan {
        let naming = release.naming
        let line = kernel.line.isEmpty ? "" : "-\(PackageNaming.rpmKernel(kernel.line))"
        let architecture = try unit.knownArchitecture().rpmName
        let which = kernel.line.isEmpty ? "" : " of the kind \(kernel.line)"
        var package = release.rpm(
            "kmod-\(naming.name)-latest\(line)", .meta, architecture, files: FileList(),
            description: """
                Follows the newest kernel\(which)
                that the module \(release.identity.name) is built for.
                It holds no files of its own.
                """)
        let bare = kernel.release.replacing(".\(architecture)", with: "")
        package.release = "\(naming.revision).\(RPMKernelName.versionPart(bare))"
        package.sourceRPM = "\(package.name)-\(package.fullVersion).src.rpm"
        package.relations[.requires] = [
            RPMDependency(RPMKmodConverter.package(of: unit, release), .equal, naming.full)
        ]
        if let first = package.changelog.first {
            package.changelog[0].author = first.author.replacing(naming.full, with: package.fullVersion)
        }
        return RPMPlan(
            kind: "meta", kernels: [kernel.release], package: package,
            compression: release.rpmCompression(release.settings.target ?? unit.kernel.target),
            release: release)
    }
}

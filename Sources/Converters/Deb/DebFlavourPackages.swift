import Archive
import DebFormat
import Diagnostics
import Kernels
import Settings
import SourceTree

/// `N-modules-FLAVOUR`: an empty package for each flavour of kernels, which depends on the modules of the newest one.
///
/// Its version rises with the kernel, `V+K-R`, so that a release of the same modules for a newer kernel reaches those who
/// have it installed.
struct DebFlavourPackages {
    private let release: DriverRelease

    init(_ release: DriverRelease) { self.release = release }

    func plans() throws(Diagnostic) -> [DebPlan] {
        var newest: [String: (unit: PreparedUnit, kernel: DebianKernel)] = [:]
        for unit in release.units {
            let kernel = DebianKernel(unit.kernel.release)
            let architecture = try unit.knownArchitecture().debianName
            let flavour =
                kernel.flavour.isEmpty || kernel.flavour.hasPrefix("+")
                ? architecture + kernel.flavour : kernel.flavour
            let key = "\(flavour) \(architecture)"
            if let known = newest[key], kernel < known.kernel { continue }
            newest[key] = (unit, kernel)
        }
        var plans: [DebPlan] = []
        for (key, choice) in newest.sorted(by: { $0.key < $1.key }) {
            let words = key.split(separator: " ").map(String.init)
            plans.append(try plan(words[0], words[1], choice.unit, choice.kernel))
        }
        return plans
    }

    private func plan(
        _ flavour: String, _ architecture: String, _ unit: PreparedUnit, _ kernel: DebianKernel
    ) throws(Diagnostic) -> DebPlan {
        let package = "\(release.naming.name)-modules-\(flavour)"
        let modules = DebModulesConverter.package(of: unit, release)
        var control = release.control(
            package: package, .meta, architecture: architecture,
            depends: "\(modules) (= \(release.naming.full))",
            extended: """
                This metapackage depends on the modules for the newest kernel of the flavour
                \(flavour) that they are built for.
                """)
        control["Version"] = "\(release.naming.version)+\(kernel.version)-\(release.naming.revision)"
        control["Source"] = "\(release.naming.name) (\(release.naming.full))"
        let files = try FileList(DebDocumentation(release: release).files(for: package))
        return DebPlan(
            kind: "meta", kernels: [unit.kernel.release],
            package: DebPackage(control: control, files: files), release: release,
            for: release.debianTarget(unit.kernel))
    }
}

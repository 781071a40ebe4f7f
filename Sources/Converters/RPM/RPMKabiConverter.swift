import Archive
import Compression
package import Diagnostics
package import Kernels
import RPMFormat
import Settings
import SourceTree
import Templates

/// `kmod-N`: modules for one kernel that weak-modules links into every other kernel of the same ABI, as Red Hat and its
/// kin have them.
///
/// A kernel variant such as `rt` has a package of its own, `kmod-N-rt`.
package struct RPMKabiConverter: Converter {
    package init() {}

    package var packageFormat: Distribution.PackageFormat? { .rpm }
    package var packsSource: Bool { false }

    /// - Throws: `one-kernel` where two kernels would share a package; `unreadable-compression`.
    package func plan(_ release: DriverRelease) throws(Diagnostic) -> [any ArtifactPlan] {
        var plans: [RPMPlan] = []
        for unit in release.units {
            let plan = try plan(release, unit)
            if let twin = plans.first(where: { $0.package.fileName == plan.package.fileName }) {
                throw .error(
                    "one-kernel",
                    "\(plan.package.fileName) can hold the modules of \(twin.kernels.joined()) or of \(unit.kernel.release), not of both",
                    hint:
                        "give -k the oldest kernel of each ABI and a -R that tells the packages apart, such as 1.el9.4",
                    status: .usage)
            }
            plans.append(plan)
        }
        return plans
    }

    private func plan(_ release: DriverRelease, _ unit: PreparedUnit) throws(Diagnostic) -> RPMPlan {
        let kernel = RPMKernelName(unit.kernel)
        let naming = release.naming
        let variant = kernel.variant.isEmpty ? "" : "-\(PackageNaming.rpmKernel(kernel.variant))"
        let name = "kmod-\(naming.name)\(variant)"
        let target = release.target(sharing: .weakModules) ?? unit.kernel.target
        let folder =
            "\(target?.modulesPrefix ?? "lib/modules")/\(kernel.release)/extra/\(release.identity.name)"
        if let target, let format = release.settings.moduleCompression, !target.weakModulesLinks(format) {
            throw .error(
                "unreadable-compression",
                "weak-modules of \(target) passes over modules that end with .ko\(format.suffix): no other kernel would get them",
                hint: "drop --compress, or give xz, gz or none")
        }
        let modules = try RPMModuleFiles(
            unit, folder: folder, epoch: release.settings.epoch, compression: compression(unit, release))
        let override = FileEntry(
            path: "etc/depmod.d/\(name).conf",
            kind: .file(.text(Self.override(unit, release.identity.name))), permissions: 0o644,
            modified: release.settings.epoch)
        var package = release.rpm(
            name, .modules, try unit.knownArchitecture().rpmName,
            files: try FileList(modules.files.entries + [override]),
            description: """
                The kernel module \(release.identity.name), built for Linux
                \(kernel.release) and used by every kernel with the same ABI.
                It needs neither DKMS nor a compiler.
                """)
        try package.document(release, for: target)
        package.flags[override.path] = [.config, .noReplace]
        let foreign = try unit.foreignSymbols()
        try relate(&package, unit, release, foreign: foreign)
        package.scriptlets = try RPMPlan.scriptlets(
            try release.settings.templates.render(
                folder: "rpm-kabi",
                [
                    "PACKAGE": .shell(name), "KERNEL": .shell(kernel.release),
                    "MODULES": .shell(modules.paths), "FOLDER": .shell(release.identity.name),
                ]))
        var plan = RPMPlan(
            kind: "kabi", kernels: [kernel.release], package: package,
            compression: release.rpmCompression(target), release: release)
        // What is planned only has no symbols yet.
        if foreign == nil, !unit.facts.isEmpty { plan.warnings.append(Self.noSymvers(name, kernel.release)) }
        return plan
    }

    private static func noSymvers(_ package: String, _ kernel: String) -> Diagnostic {
        .warning(
            "no-symvers",
            "nothing tells which symbols kernel \(kernel) exports itself, so \(package) does not say which it needs of the kernel and which of other packages",
            hint:
                "build the modules anew with mkdkms modules, which writes that down; or install the headers of this very kernel here"
        )
    }

    private func relate(
        _ package: inout RPMPackage, _ unit: PreparedUnit, _ release: DriverRelease, foreign: [String]?
    ) throws(Diagnostic) {
        let naming = release.naming
        let kernel = unit.kernel.release
        let symbols = try RPMSymbolRelations(unit)
        package.relations[.provides] =
            [
                RPMDependency("\(naming.name)-kmod", .equal, naming.full),
                RPMDependency("kernel-modules", [.greater, .equal], kernel),
            ] + symbols.redHatProvides
        package.relations[.requires] =
            [
                RPMDependency("kernel-uname-r", [.greater, .equal], kernel),
                RPMDependency("/usr/sbin/depmod", [.post, .postUninstall]),
                RPMDependency("/usr/sbin/weak-modules", [.post, .postUninstall]),
            ] + symbols.redHatRequires(foreign: foreign)
        package.relations[.recommends] = symbols.recommends
        package.relations[.conflicts] = naming.dkmsPackages.map { RPMDependency($0) }
    }

    /// weak-modules of el8 and el9 looks at `.ko`, `.ko.gz` and `.ko.xz` and passes the others over.
    private func compression(_ unit: PreparedUnit, _ release: DriverRelease) -> CompressionFormat {
        release.settings.moduleCompression ?? (unit.compression == .zst ? .none : unit.compression)
    }

    /// depmod.d(5): what weak-modules links comes before a module of the same name that the kernel has itself.
    private static func override(_ unit: PreparedUnit, _ folder: String) -> String {
        unit.modules.map { "override \($0.name) * weak-updates/\(folder)\n" }.joined()
    }
}

import Archive
import BundleFormat
import Compression
import Cryptography
package import Diagnostics
import KernelModule
package import Kernels
import SourceTree
import SystemPackage
import Templates

/// Prebuilt modules for many kernels with their own installer: one archive per architecture.
package struct BundleConverter: Converter {
    private let carriesSource: Bool

    package init(carriesSource: Bool) { self.carriesSource = carriesSource }

    package var packageFormat: Distribution.PackageFormat? { nil }
    package var packsSource: Bool { false }

    package func plan(_ release: DriverRelease) throws(Diagnostic) -> [any ArtifactPlan] {
        var plans: [any ArtifactPlan] = []
        for arch in Set(release.units.map(\.kernel.arch)).sorted() {
            plans.append(try plan(release, arch))
        }
        return plans
    }

    private func plan(_ release: DriverRelease, _ arch: String) throws(Diagnostic) -> BundlePlan {
        let units = release.units.filter { $0.kernel.arch == arch }
        let identity = release.settings.identity
        let content = BundleContent(
            name: release.identity.name, version: release.identity.version, arch: arch,
            sourceDigest: try release.sourceDigest(),
            compiler: Set(units.map(\.kernel.compiler)).sorted().joined(separator: "; "), createdBy: "mkdkms",
            kernels: units.map { kernel($0, release) },
            installScript: try release.settings.templates.render("bundle/install", [:]),
            certificate: identity?.certificate, source: carriesSource ? release.tree.files : nil)
        let plan: BundleWriter.Plan
        if let identity {
            plan = try BundleWriter.plan(content, epoch: release.settings.epoch) {
                (sums) throws(Diagnostic) in
                try identity.sign(sums, .sha256)
            }
        } else {
            plan = try BundleWriter.plan(content, epoch: release.settings.epoch)
        }
        return BundlePlan(
            plan: plan, folder: content.folder, kernels: units.map(\.kernel.release),
            compression: release.settings.archiveCompression
                ?? CompressionSettings(.xz, threads: release.settings.threads))
    }

    private func kernel(_ unit: PreparedUnit, _ release: DriverRelease) -> BundleContent.Kernel {
        // No other kernel's symvers could have what the modules export to each other.
        let own = Set(unit.modules.flatMap { $0.facts?.exportedSymbols.map(\.name) ?? [] })
        let modules = unit.modules.map { module in
            // Many kernels of one bundle may be compressed differently; plain files suit every kmod.
            let (name, content) = module.file(release.settings.moduleCompression ?? .none)
            return BundleContent.Module(
                fileName: name, destination: "\(Self.folder(module))/\(release.identity.name)/\(name)",
                content: content,
                symbols: Dictionary(
                    (module.facts?.symbolVersions ?? []).filter { !own.contains($0.name) }
                        .map { ($0.name, $0.crc) },
                    uniquingKeysWith: { first, _ in first }))
        }
        return BundleContent.Kernel(
            release: unit.kernel.release,
            moduleLayoutCRC: unit.kernel.moduleLayoutCRC.flatMap { SymbolCRC.parse($0) },
            vermagic: unit.modules.first?.facts?.vermagic ?? "", modules: modules)
    }

    /// Beneath /lib/modules/K; never `kernel`, where the distribution's own modules are.
    private static func folder(_ module: PreparedModule) -> String {
        let path = module.destination.split(separator: "/").joined(separator: "/")
        return path.isEmpty || path.hasPrefix("kernel") ? "updates" : path
    }
}

/// A bundle about to be written.
struct BundlePlan: ArtifactPlan {
    let plan: BundleWriter.Plan
    let folder: String
    let kernels: [String]
    let compression: CompressionSettings

    var artifact: ArtifactName {
        ArtifactName(
            file: "\(folder).tar\(compression.format.suffix)", format: "bundle", kind: "bundle",
            kernels: kernels)
    }

    var outline: [String] { plan.files.map(\.path) }

    func write(to path: FilePath) throws(Diagnostic) {
        try BundleWriter.write(plan, to: path, compression: compression)
    }
}

import Archive
import Compression
package import Diagnostics
package import Kernels
import RPMFormat
import SourceTree

/// What `N-dkms` is built from, and `N-common` with it: a spec file and tarballs, as `N-dkms-V-R.src.rpm` or side by side
/// for editing.
package struct RPMSourceConverter: Converter {
    package enum Form: Hashable, Sendable {
        case package
        /// The spec file and the tarball themselves.
        case skeleton
    }

    private let forms: Set<Form>

    package init(_ forms: Set<Form>) { self.forms = forms }

    package var packageFormat: Distribution.PackageFormat? { .rpm }
    package var packsSource: Bool { true }

    package func plan(_ release: DriverRelease) throws(Diagnostic) -> [any ArtifactPlan] {
        let package = try RPMDkmsConverter.package(release)
        let tree = SpecFile.Part(
            package: package, source: SourceTarball(release, tree: package.files))
        var common: SpecFile.Part?
        if let beside = try RPMCommonConverter.package(release) {
            common = SpecFile.Part(package: beside, source: try SourceTarball(release, of: beside))
        }
        let spec = try SpecFile(tree, common).text(release.settings.templates)
        let specName = "\(package.name).spec"
        let tarballs = [tree.source] + (common.map { [$0.source] } ?? [])
        var plans: [any ArtifactPlan] = []
        if forms.contains(.package) {
            plans.append(try Self.sourcePackage(release, of: package, tarballs, specName, spec))
        }
        if forms.contains(.skeleton) {
            plans.append(SpecFilePlan(name: specName, text: spec))
            for tarball in tarballs { plans.append(SourceTarballPlan(tarball: tarball)) }
        }
        return plans
    }

    private static func sourcePackage(
        _ release: DriverRelease, of package: RPMPackage, _ tarballs: [SourceTarball], _ specName: String,
        _ spec: String
    ) throws(Diagnostic) -> RPMSourcePlan {
        func file(_ name: String, _ content: FileContent) -> FileEntry {
            FileEntry(
                path: name, kind: .file(content), permissions: 0o644, modified: release.settings.epoch)
        }
        var source = package
        source.files = try FileList(
            [file(specName, .text(spec))] + tarballs.map { file($0.name, .bytes([])) })
        source.sources = RPMPackage.Sources(specification: specName, archives: tarballs.map(\.name))
        // What it requires is needed to build it: nothing.
        source.relations = [:]
        source.givenRelations = [:]
        source.scriptlets = [:]
        source.flags = [:]
        let plan = RPMPlan(
            kind: "source", kernels: [], package: source,
            compression: release.rpmCompression(release.settings.target), release: release)
        return RPMSourcePlan(plan: plan, tarballs: tarballs)
    }
}

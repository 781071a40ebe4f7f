import Archive
import Compression
package import Diagnostics
import RPMFormat
import SourceTree

/// What `N-dkms` is built from: a spec file and a tarball, as `N-dkms-V-R.src.rpm` or side by side for editing.
package struct RPMSourceConverter: Converter {
    package enum Form: Hashable, Sendable {
        case package
        /// The spec file and the tarball themselves.
        case skeleton
    }

    private let forms: Set<Form>

    package init(_ forms: Set<Form>) { self.forms = forms }

    package var makesPackages: Bool { true }

    package func plan(_ release: DriverRelease) throws(Diagnostic) -> [any ArtifactPlan] {
        let package = try RPMDkmsConverter.package(release)
        let tarball = try SourceTarball(release, package.files)
        let spec = try SpecFile(package, source: tarball.name, folder: release.identity.folderName).text(
            release.settings.templates)
        let specName = "\(package.name).spec"
        var plans: [any ArtifactPlan] = []
        if forms.contains(.package) {
            plans.append(try Self.sourcePackage(release, of: package, tarball, specName, spec))
        }
        if forms.contains(.skeleton) {
            plans.append(SpecFilePlan(name: specName, text: spec))
            plans.append(SourceTarballPlan(tarball: tarball))
        }
        return plans
    }

    private static func sourcePackage(
        _ release: DriverRelease, of package: RPMPackage, _ tarball: SourceTarball, _ specName: String,
        _ spec: String
    ) throws(Diagnostic) -> RPMSourcePlan {
        func file(_ name: String, _ content: FileContent) -> FileEntry {
            FileEntry(
                path: name, kind: .file(content), permissions: 0o644, modified: release.settings.epoch)
        }
        var source = package
        source.files = try FileList([file(specName, .text(spec)), file(tarball.name, .bytes([]))])
        source.sources = RPMPackage.Sources(specification: specName, archives: [tarball.name])
        // What it requires is needed to build it: nothing.
        source.relations = [:]
        source.givenRelations = [:]
        source.scriptlets = [:]
        let plan = RPMPlan(
            kind: "source", kernels: [], package: source,
            compression: release.rpmCompression(release.settings.target), release: release)
        return RPMSourcePlan(plan: plan, tarball: tarball)
    }
}

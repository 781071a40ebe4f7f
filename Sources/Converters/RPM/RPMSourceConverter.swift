import Archive
import Compression
package import Diagnostics
package import Kernels
import RPMFormat
import Settings
import SourceTree
import Templates

/// What `N-dkms` is built from, and `N-common` with it: a spec file and tarballs, as `N-dkms-V-R.src.rpm` or side by side
/// for editing.
package struct RPMSourceConverter: Converter {
    package enum Form: Hashable, Sendable {
        case package
        /// The spec file and the tarball themselves, with what rpmlint need not say of their packages.
        case skeleton
    }

    private let forms: Set<Form>

    package init(_ forms: Set<Form>) { self.forms = forms }

    package var packageFormat: Distribution.PackageFormat? { .rpm }
    package var packsSource: Bool { true }

    package func plan(_ release: DriverRelease) throws(Diagnostic) -> [any ArtifactPlan] {
        try Self.check(release)
        let file = try specFile(release)
        let package = file.tree.package
        let spec = SkeletonText(try file.text(release.settings.templates))
        let specName = "\(package.name).spec"
        let tarballs = file.sources
        var plans: [any ArtifactPlan] = []
        if forms.contains(.package) {
            plans.append(try Self.sourcePackage(release, of: package, tarballs, specName, spec.text))
        }
        if forms.contains(.skeleton) {
            plans.append(
                SkeletonFilePlan(name: specName, what: "the spec file", content: spec))
            let filters = try release.settings.templates.render("rpm-source/rpmlintrc", [:])
            plans.append(
                SkeletonFilePlan(
                    name: "\(package.name).rpmlintrc", what: "what rpmlint need not say",
                    content: SkeletonText(filters)))
            for tarball in tarballs { plans.append(SourceTarballPlan(tarball: tarball)) }
            for (name, text) in RPMDocumentation.carried(release) {
                plans.append(SourceFilePlan(name: name, text: text))
            }
        }
        return plans
    }

    /// What the settings file says, and a spec file can't, is told at its place there.
    ///
    /// - Throws: `unquotable-value`.
    private static func check(_ release: DriverRelease) throws(Diagnostic) {
        var place = release.project.descriptionPlace
        do {
            for paragraph in release.writtenDescription { _ = try SpecFile.block(paragraph) }
            for entry in release.changelog {
                place = entry.place
                for change in DriverRelease.written(entry.changes) { _ = try SpecFile.block(change) }
            }
            guard release.commonPackage != nil else { return }
            for placement in try RPMCommonConverter.files(release).placements {
                place = placement.file.place
                _ = try SpecFile.quoted("/\(placement.path)")
            }
        } catch {
            throw error.located(at: place, ifIts: "unquotable-value")
        }
    }

    private func specFile(_ release: DriverRelease) throws(Diagnostic) -> SpecFile {
        let package = try RPMDkmsConverter.package(release)
        var common: SpecFile.Part?
        if let beside = try RPMCommonConverter.package(release) {
            common = SpecFile.Part(package: beside, source: try SourceTarball(release, of: beside))
        }
        return SpecFile(
            SpecFile.Part(package: package, source: SourceTarball(release, tree: package.files)), common,
            licenses: RPMDocumentation.carried(release).map(\.name))
    }

    private static func sourcePackage(
        _ release: DriverRelease, of package: RPMPackage, _ tarballs: [SourceTarball], _ specName: String,
        _ spec: String
    ) throws(Diagnostic) -> RPMSourcePlan {
        func file(_ name: String, _ content: FileContent) -> FileEntry {
            FileEntry(
                path: name, kind: .file(content), permissions: 0o644, modified: release.settings.epoch)
        }
        let licenses = RPMDocumentation.carried(release)
        var source = package
        source.files = try FileList(
            [file(specName, .text(spec))] + tarballs.map { file($0.name, .bytes([])) }
                + licenses.map { file($0.name, .bytes($0.text)) })
        source.sources = RPMPackage.Sources(
            specification: specName, archives: tarballs.map(\.name) + licenses.map(\.name))
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

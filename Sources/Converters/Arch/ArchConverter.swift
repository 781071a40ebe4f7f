import Archive
import Compression
import Cryptography
package import Diagnostics
package import Kernels
import SourceTree
import Templates

/// What Arch Linux takes: `N-dkms` as a package for pacman, and as a PKGBUILD with its source for makepkg.
///
/// The package has no install script: pacman's hook of dkms sees the tree and builds it (Arch's DKMS package
/// guidelines). Files beside the module are in it: a package of the same name for pacman is all that such a driver has.
package struct ArchConverter: Converter {
    package init() {}

    package var packageFormat: Distribution.PackageFormat? { .pacman }
    package var packsSource: Bool { true }

    package func plan(_ release: DriverRelease) throws(Diagnostic) -> [any ArtifactPlan] {
        let name = release.naming.dkmsPackage
        // vercmp(8): 1.5.0rc1 is older than 1.5.0, and "~" means nothing.
        let version = release.version(preRelease: "")
        guard release.naming.revision.wholeMatch(of: /\d+(\.\d+)?/) != nil else {
            throw .error(
                "bad-revision", "\"\(release.naming.revision)\" cannot be the revision of an Arch package",
                hint: "give -R a number, such as 1", status: .usage)
        }
        let common = try CommonFiles(release, in: .pacman, for: release.settings.target)
        let package = ArchPackage(
            name: name, version: "\(version)-\(release.naming.revision)", summary: release.metadata.summary,
            homepage: release.metadata.homepage ?? "", license: release.metadata.license,
            packager: release.metadata.maintainer, provides: ["\(release.naming.name)-modules=\(version)"],
            architecture: try common.architecture()?.pacmanName ?? "any",
            backup: common.configurations.sorted(),
            files: try common.joined(with: try release.sourceFiles()),
            epoch: release.settings.epoch)
        return [
            ArchPackagePlan(package: package, compression: compression(release)),
            try recipe(release, of: package, version: version, common),
        ]
    }

    private func compression(_ release: DriverRelease) -> CompressionSettings {
        release.settings.archiveCompression ?? CompressionSettings(.zst, threads: release.settings.threads)
    }

    private func recipe(
        _ release: DriverRelease, of package: ArchPackage, version: String, _ common: CommonFiles
    ) throws(Diagnostic) -> RecipePlan {
        let archive = "\(release.identity.folderName).tar.gz"
        let payload = try RecipePayload(common, besides: [archive, "PKGBUILD"])
        let sources =
            [(name: archive, content: FileContent.bytes(try release.recipeSource()))] + payload.sources
        var digests: [String] = []
        for source in sources { digests.append(DigestAlgorithm.sha256.hexHash(try source.content.readAll())) }
        let text = try release.settings.templates.render(
            "arch/PKGBUILD",
            [
                "MAINTAINER_TEXT": .verbatim(release.maintainerLine), "PACKAGE": .shell(package.name),
                "VERSION": .shell(version), "REVISION": .shell(release.naming.revision),
                "SUMMARY": .shell(release.metadata.summary), "ARCH": .shell(package.architecture),
                "HOMEPAGE": .shell(release.metadata.homepage ?? ""),
                "LICENSE": .shell(release.metadata.license),
                "PROVIDES": .verbatim(try Self.words(package.provides)),
                "BACKUP": .verbatim(try Self.words(package.backup)),
                "SOURCES": .verbatim(try Self.words(sources.map(\.name))),
                "DIGESTS": .verbatim(try Self.words(digests)),
                "FOLDER": .shell(release.identity.folderName), "INSTALL": .verbatim(payload.commands),
            ])
        return try RecipePlan(
            file: "\(package.name)-\(version)-\(release.naming.revision).src.tar.gz", format: "arch",
            folder: package.name, epoch: release.settings.epoch,
            [(name: "PKGBUILD", content: .text(text))] + sources)
    }

    /// The elements of an array of bash.
    private static func words(_ values: [String]) throws(Diagnostic) -> String {
        var words: [String] = []
        for value in values { words.append(try Quoting.shell.quote(value)) }
        return words.joined(separator: " ")
    }
}

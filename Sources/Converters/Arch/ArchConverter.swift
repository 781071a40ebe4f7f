import Archive
import Compression
import Cryptography
package import Diagnostics
import SourceTree
import Templates

/// What Arch Linux takes: `N-dkms` as a package for pacman, and as a PKGBUILD with its source for makepkg.
///
/// The package has no install script: pacman's hook of dkms sees the tree and builds it (Arch's DKMS package
/// guidelines).
package struct ArchConverter: Converter {
    package init() {}

    package var makesPackages: Bool { true }

    package func plan(_ release: DriverRelease) throws(Diagnostic) -> [any ArtifactPlan] {
        let name = "\(release.naming.name)-dkms"
        // vercmp(8): 1.5.0rc1 is older than 1.5.0, and "~" means nothing.
        let version = release.version(preRelease: "")
        guard release.naming.revision.wholeMatch(of: /\d+(\.\d+)?/) != nil else {
            throw .error(
                "bad-revision", "\"\(release.naming.revision)\" cannot be the revision of an Arch package",
                hint: "give -R a number, such as 1", status: .usage)
        }
        let package = ArchPackage(
            name: name, version: "\(version)-\(release.naming.revision)", summary: release.metadata.summary,
            homepage: release.metadata.homepage ?? "", license: release.metadata.license,
            packager: release.metadata.maintainer, provides: ["\(release.naming.name)-modules=\(version)"],
            files: try release.sourceFiles(), epoch: release.settings.epoch)
        return [
            ArchPackagePlan(package: package, compression: compression(release)),
            try recipe(release, name: name, version: version, package.provides),
        ]
    }

    private func compression(_ release: DriverRelease) -> CompressionSettings {
        release.settings.archiveCompression ?? CompressionSettings(.zst, threads: release.settings.threads)
    }

    private func recipe(
        _ release: DriverRelease, name: String, version: String, _ provides: [String]
    ) throws(Diagnostic) -> RecipePlan {
        let source = try release.recipeSource()
        let archive = "\(release.identity.folderName).tar.gz"
        let text = try release.settings.templates.render(
            "arch/PKGBUILD",
            [
                "MAINTAINER_TEXT": .verbatim(release.maintainerLine), "PACKAGE": .shell(name),
                "VERSION": .shell(version), "REVISION": .shell(release.naming.revision),
                "SUMMARY": .shell(release.metadata.summary),
                "HOMEPAGE": .shell(release.metadata.homepage ?? ""),
                "LICENSE": .shell(release.metadata.license),
                "PROVIDES": .shell(provides.joined(separator: " ")), "SOURCE": .shell(archive),
                "DIGEST": .shell(DigestAlgorithm.sha256.hexHash(source)),
                "FOLDER": .shell(release.identity.folderName),
            ])
        return try RecipePlan(
            file: "\(name)-\(version)-\(release.naming.revision).src.tar.gz", format: "arch", folder: name,
            epoch: release.settings.epoch, [("PKGBUILD", .text(text)), (archive, .bytes(source))])
    }
}

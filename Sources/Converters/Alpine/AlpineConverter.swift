import Archive
import Cryptography
package import Diagnostics
import DkmsConf
package import Kernels
import SourceTree
import Templates

/// What Alpine takes: `N-src` as an APKBUILD with its source for abuild, the tree with an AKMBUILD for akms in it.
///
/// akms has no shell but busybox's and no arrays: of a dkms.conf it gets the name, the version and the modules. Make
/// commands, patches and hooks have to be written into build() by hand; comments in the AKMBUILD name them.
package struct AlpineConverter: Converter {
    package init() {}

    package var packageFormat: Distribution.PackageFormat? { .apk }
    package var packsSource: Bool { true }

    package func plan(_ release: DriverRelease) throws(Diagnostic) -> [any ArtifactPlan] {
        let name = "\(release.naming.name)-src"
        // apk sorts _rc1 before the release; of a "+" it knows nothing (APKBUILD(5), "pkgver").
        let version = release.version(preRelease: "_").replacing("+", with: "_p")
        guard version.wholeMatch(of: /\d+(\.\d+)*[a-z]?(_(alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*/) != nil
        else {
            throw .error(
                "bad-package-version", "\"\(version)\" cannot be the version of an Alpine package",
                hint: "it takes digits and dots, a letter, and endings such as _rc1 and _p1; "
                    + "settle one with --package-version")
        }
        guard let revision = release.naming.revision.wholeMatch(of: /\d+/) else {
            throw .error(
                "bad-revision", "\"\(release.naming.revision)\" cannot be the revision of an Alpine package",
                hint: "give -R a whole number", status: .usage)
        }
        let archive = "\(release.identity.folderName).tar.gz"
        let common = try CommonFiles(release, in: .apk, for: release.settings.target)
        let payload = try RecipePayload(common, besides: [archive, "AKMBUILD", "APKBUILD"])
        let sources =
            [
                (name: archive, content: FileContent.bytes(try release.recipeSource())),
                (name: "AKMBUILD", content: .text(try akmbuild(release))),
            ] + payload.sources
        var digests = ""
        for source in sources {
            digests += "\(DigestAlgorithm.sha512.hexHash(try source.content.readAll()))  \(source.name)\n"
        }
        let text = try release.settings.templates.render(
            "alpine/APKBUILD",
            [
                "MAINTAINER_TEXT": .verbatim(release.maintainerLine), "PACKAGE": .shell(name),
                "VERSION": .shell(version), "REVISION": .shell(String(revision.0)),
                "SUMMARY": .shell(release.metadata.summary),
                "HOMEPAGE": .shell(release.metadata.homepage ?? ""),
                "LICENSE": .shell(release.metadata.license),
                "ARCH": .shell(try common.architecture()?.apkName ?? "noarch"),
                "SOURCES": .shell(sources.map { "\($0.name)\n" }.joined()),
                "FOLDER": .shell(release.identity.folderName), "DIGESTS": .shell("\n\(digests)"),
                "INSTALL": .verbatim(payload.commands),
            ])
        return [
            try RecipePlan(
                file: "\(name)-\(version)-r\(revision.0).apkbuild.tar.gz", format: "alpine", folder: name,
                epoch: release.settings.epoch,
                [(name: "APKBUILD", content: .text(text))] + sources)
        ]
    }

    private func akmbuild(_ release: DriverRelease) throws(Diagnostic) -> String {
        try release.settings.templates.render(
            "alpine/AKMBUILD",
            [
                "NAME": .shell(release.identity.name), "VERSION": .shell(release.identity.version),
                "MODULES": .shell(release.conf.modules.map(\.builtPath).joined(separator: " ")),
                "BUILD": .verbatim(try Self.build(release)),
            ])
    }

    /// What is to be done by hand, as comments.
    ///
    /// Commands stand as dkms.conf has them: their values here are those for no kernel, whose variables are empty.
    private static func build(_ release: DriverRelease) throws(Diagnostic) -> String {
        let conf = release.conf
        let text = try release.confText()
        var notes: [String] = []
        let makes = conf.makeAlternatives.map { note("MAKE", $0) }
        if !makes.isEmpty {
            notes += written("MAKE", in: text) ?? makes
            notes += written("MAKE_MATCH", in: text) ?? []
        }
        notes += conf.patchAlternatives.map { note("PATCH", $0) }
        for (directive, command) in conf.hooks.all {
            notes += written(directive, in: text) ?? ["\(directive): \(command)"]
        }
        guard !notes.isEmpty else { return "" }
        let lines = notes.flatMap { $0.split(whereSeparator: \.isNewline) }.map { "#   \($0)\n" }
        return "# dkms.conf has more than akms does by itself; write a build() that does it:\n"
            + lines.joined()
            + "# build() { make $MAKEFLAGS -C \"$kernel_srcdir\" M=\"$builddir\" modules; }\n"
    }

    /// The statements of a directive; nil where no line sets it, as where a loop does.
    private static func written(_ directive: String, in conf: String) -> [String]? {
        let statements = DkmsConf.statements(setting: directive, in: conf)
        return statements.isEmpty ? nil : statements
    }

    /// An entry of an array, and the kernels that it is for.
    private static func note(_ directive: String, _ entry: DkmsConf.Alternative) -> String {
        let match = entry.match.map { " (kernels that match \($0))" } ?? ""
        return "\(directive)[\(entry.index)]: \(entry.value)\(match)"
    }
}

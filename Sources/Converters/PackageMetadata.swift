import Archive
import Diagnostics
package import SourceTree

/// What a package says about itself beyond its name and version.
package struct PackageMetadata: Hashable, Sendable {
    /// In the form `Name <mail>`.
    package var maintainer: String
    package var license: String
    /// One line, neither the package's name nor an article first, no full stop at the end.
    package var summary: String
    package var homepage: String?

    /// Fields that somebody gave; nil where nobody did.
    package struct Given: Hashable, Sendable {
        package var maintainer: String?
        package var license: String?
        package var summary: String?
        package var homepage: String?

        package init(
            maintainer: String? = nil, license: String? = nil, summary: String? = nil, homepage: String? = nil
        ) {
            self.maintainer = maintainer
            self.license = license
            self.summary = summary
            self.homepage = homepage
        }

        /// These fields, and the other's where these are missing.
        package func falling(backTo other: Given) -> Given {
            Given(
                maintainer: maintainer ?? other.maintainer, license: license ?? other.license,
                summary: summary ?? other.summary, homepage: homepage ?? other.homepage)
        }
    }

    /// Takes what was given, then what the module's source says in its `MODULE_*` macros, then what is always true.
    package init(_ given: Given, of tree: SourceTree, _ identity: PackageIdentity) {
        let source = given.falling(backTo: Given(moduleSource: tree))
        let name = identity.name
        maintainer = source.maintainer ?? "Maintainers of \(name) <\(name.lowercased())@packages.invalid>"
        license = source.license ?? "GPL"
        summary = Self.line(source.summary ?? "Linux kernel module \(name)")
        homepage = source.homepage
    }

    private static func line(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        let trimmed = line.hasSuffix(".") ? String(line.dropLast()) : line
        return trimmed.prefix(1).uppercased() + trimmed.dropFirst()
    }
}

extension PackageMetadata.Given {
    /// Reads the first `MODULE_LICENSE`, `MODULE_AUTHOR` and `MODULE_DESCRIPTION` in the tree's C files.
    init(moduleSource tree: SourceTree) {
        self.init()
        for entry in tree.files where entry.path.hasSuffix(".c") && entry.size < 4 << 20 {
            guard license == nil || summary == nil || maintainer == nil else { return }
            guard case .file(let content) = entry.kind, let bytes = try? content.readAll() else { continue }
            let text = String(decoding: bytes, as: UTF8.self)
            guard text.contains("MODULE_") else { continue }
            license = license ?? text.firstMatch(of: /MODULE_LICENSE\(\s*"([^"\n]+)"/).map { String($0.1) }
            summary =
                summary ?? text.firstMatch(of: /MODULE_DESCRIPTION\(\s*"([^"\n]+)"/).map { String($0.1) }
            let author = text.firstMatch(of: /MODULE_AUTHOR\(\s*"([^"\n]+<[^"\n]+@[^"\n]+>)"/).map {
                String($0.1)
            }
            maintainer = maintainer ?? author
        }
    }
}

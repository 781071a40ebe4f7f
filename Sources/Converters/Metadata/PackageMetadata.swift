package import Diagnostics
import Settings
package import SourceTree

/// What a package says about itself beyond its name and version.
package struct PackageMetadata: Hashable, Sendable {
    /// In the form `Name <mail>`.
    package var maintainer: String
    /// An SPDX expression, unless somebody gave something else.
    package var license: String
    /// One line, no article first, no full stop at the end.
    package var summary: String
    package var homepage: String?
    /// Who wrote the module, as `MODULE_AUTHOR` has it.
    package var authors: [String]
    /// What deserves notice: `no-maintainer`, `no-license`, `license-conflict`.
    package var warnings: [Diagnostic]

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

        /// - Throws: `bad-metadata` with every field that no package could carry.
        package func check() throws(Diagnostic) {
            var faults: [Diagnostic] = []
            func demand(_ isGood: (String) -> Bool, _ value: String?, _ name: String, _ what: String) {
                guard let value, !isGood(value) else { return }
                faults.append(
                    .error("bad-metadata", "the \(name) is \"\(value)\", and has to be \(what)"))
            }
            func isLine(_ text: String) -> Bool {
                !text.allSatisfy(\.isWhitespace) && !text.contains(where: \.isNewline)
            }
            demand(
                { isLine($0) && PackageMetadata.isMaintainer($0) }, maintainer, "maintainer",
                "a name with a mail address: \"Name <mail>\"")
            demand(isLine, summary, "summary", "one line of text")
            demand(isLine, license, "licence", "one line of text")
            demand(
                WebAddress.isOne, homepage, "homepage", "one word that begins with https:// or http://")
            guard !faults.isEmpty else { return }
            throw .error(
                "bad-metadata", "the packages' metadata cannot be used",
                hint: "correct the option or environment variable", related: faults, status: .usage)
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
        let words = ModuleWords(tree)
        let name = identity.name
        authors = words.authors
        summary = Self.line(given.summary ?? words.description ?? "Linux kernel module \(name)")
        homepage = given.homepage
        // Who gave the licence has settled it.
        warnings = given.license == nil ? words.warnings : []
        if let known = given.license ?? words.license {
            license = known
        } else {
            license = "LicenseRef-Unknown"
            warnings.append(
                .warning(
                    "no-license", "neither MODULE_LICENSE nor an option names the licence",
                    hint: "give --license, for example: --license GPL-2.0-only"))
        }
        if let known = ([given.maintainer] + words.authors).compactMap(\.self).first(where: Self.isMaintainer)
        {
            maintainer = known
        } else {
            maintainer = "Maintainers of \(name) <\(name.lowercased())@packages.invalid>"
            warnings.append(
                .warning(
                    "no-maintainer",
                    "nobody is named who maintains the packages, with a mail address: they say \(maintainer)",
                    hint: "give --maintainer \"Name <mail>\", or set DEBFULLNAME and DEBEMAIL"))
        }
    }

    /// Whether it is one name with a mail address, as a Maintainer field and a changelog want it.
    ///
    /// The Packager of an .rpm often has no address.
    package static func isMaintainer(_ text: String) -> Bool {
        Contact.isOne(text)
    }

    private static func line(_ text: String) -> String {
        var line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        if line.hasSuffix(".") { line.removeLast() }
        let first = line.prefix { !$0.isWhitespace }
        let isArticle = first.count < line.count && ["a", "an", "the"].contains(first.lowercased())
        let plain = isArticle ? line[first.endIndex...].drop(while: \.isWhitespace) : line[...]
        return plain.prefix(1).uppercased() + plain.dropFirst()
    }
}

package import Diagnostics

/// The names and versions that packages of a module carry: one rule for all formats.
package struct PackageNaming: Hashable, Sendable {
    /// `PACKAGE_NAME` in lower case with `_` as `-`.
    package let name: String
    /// `PACKAGE_VERSION` as dpkg and rpm sort it.
    package let version: String
    package let revision: String

    /// - Throws: `bad-package-name` or `bad-package-version` for what no package can carry.
    package init(name: String, version: String, revision: String) throws(Diagnostic) {
        self.name = Self.packageName(name)
        self.version = try Self.packageVersion(version)
        self.revision = revision
        let isName = self.name.wholeMatch(of: /[a-z0-9][a-z0-9+.-]+/) != nil
        guard isName else {
            throw .error(
                "bad-package-name", "\"\(name)\" cannot be the name of a package",
                hint:
                    "PACKAGE_NAME needs two characters or more of a-z, 0-9, + - . and _, the first a letter or digit"
            )
        }
        guard revision.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9.+~]*/) != nil else {
            throw .error(
                "bad-revision", "\"\(revision)\" cannot be the revision of a package",
                hint: "give -R a number, such as 1, or 1.el9", status: .usage)
        }
    }

    /// `V-R`.
    package var full: String { "\(version)-\(revision)" }

    /// A kernel release as part of a package name: `6.1.0-56-amd64`, `5.15.90.1-microsoft-standard-wsl2`.
    package static func kernel(_ release: String) -> String { packageName(release) }

    private static func packageName(_ name: String) -> String { name.lowercased().replacing("_", with: "-") }

    /// `v1.5.0` → `1.5.0`, `1.5.0_rc1` → `1.5.0~rc1` (sorts before 1.5.0), other `-` and `_` → `+`.
    private static func packageVersion(_ version: String) throws(Diagnostic) -> String {
        var text = version[...]
        if text.first == "v", text.dropFirst().first?.isNumber == true { text = text.dropFirst() }
        let marked = String(text).replacing(/[-_.~]?(rc|alpha|beta|pre)(\d+)/) { "~\($0.1)\($0.2)" }
        let mapped = marked.replacing("-", with: "+").replacing("_", with: "+")
        guard mapped.wholeMatch(of: /[0-9][A-Za-z0-9.+~]*/) != nil else {
            throw .error(
                "bad-package-version", "\"\(version)\" cannot be the version of a package",
                hint: "PACKAGE_VERSION has to begin with a digit and hold only letters, digits, . + ~ - _")
        }
        return mapped
    }
}

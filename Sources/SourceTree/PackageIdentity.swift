package import Diagnostics
package import DkmsConf

/// The name and version that a DKMS package is known by, in every artifact and to dkms.
package struct PackageIdentity: Hashable, Sendable, CustomStringConvertible {
    package let name: String
    package let version: String

    package init(name: String, version: String) {
        self.name = name
        self.version = version
    }

    /// As dkms writes it: `name/version`.
    package var description: String { "\(name)/\(version)" }

    /// The folder below `/usr/src`.
    package var folderName: String { "\(name)-\(version)" }

    /// Takes both from dkms.conf, unless the folder says otherwise.
    ///
    /// A folder claims a version when it is called as the package is, a hyphen, and what looks like a version:
    /// `hello-1.5.0` does for hello, `hello-main` and `hello-3f2c81d90a` (a commit) don't.
    /// - Parameter settled: the version that the user decided on; no disagreement matters then.
    /// - Throws: `version-mismatch`.
    package init(conf: DkmsConf, folderName: String?, settled: String? = nil) throws(Diagnostic) {
        self.init(name: conf.packageName, version: settled ?? conf.packageVersion)
        guard settled == nil, let folderName,
            let claimed = Self.version(in: folderName, of: conf.packageName),
            claimed != conf.packageVersion
        else { return }
        throw .error(
            "version-mismatch",
            "dkms.conf says \(conf.packageName) \(conf.packageVersion), but its folder is called \(folderName)",
            hint: "correct PACKAGE_VERSION or the folder's name, or decide with --package-version \(claimed)")
    }

    static func version(in folderName: String, of package: String) -> String? {
        let prefix = folderName.prefix(package.count + 1)
        guard normalized(prefix) == normalized(package + "-") else { return nil }
        let suffix = folderName.dropFirst(prefix.count)
        let digits = suffix.first == "v" ? suffix.dropFirst() : suffix
        guard digits.first?.isNumber == true, !isCommit(suffix) else { return nil }
        return String(suffix)
    }

    private static func isCommit(_ text: Substring) -> Bool {
        text.count >= 7 && text.allSatisfy(\.isHexDigit) && text.contains(where: \.isLetter)
            || text.count == 40 && text.allSatisfy(\.isHexDigit)
    }

    private static func normalized(_ name: some StringProtocol) -> String {
        name.lowercased().replacing("_", with: "-")
    }
}

extension PackageIdentity {
    /// Whether a package is called as those are that bring the source of a module for DKMS: `hello-dkms`,
    /// `nvidia-dkms-535`, `dkms-openafs`.
    package static func isDkmsPackage(_ name: String) -> Bool {
        let words = name.lowercased().split(omittingEmptySubsequences: false) { "-_".contains($0) }
        return words.count > 1 && words.contains("dkms")
    }

    /// The package for DKMS among those that are built of a source package; nil where none stands out.
    ///
    /// - Parameter source: the name of the source package.
    package static func dkmsPackage(among names: [String], of source: String) -> String? {
        let found = names.filter(isDkmsPackage)
        let bare = withoutDkmsSuffix(source)
        if let usual = found.first(where: { [source, "\(bare)-dkms", "dkms-\(bare)"].contains($0) }) {
            return usual
        }
        let likely = found.count > 1 ? found.filter { $0.hasSuffix("-dkms") } : found
        return likely.count == 1 ? likely.first : nil
    }

    /// `hello-dkms` → `hello`: a name without the word that such packages mostly end in; one without it as it is.
    package static func withoutDkmsSuffix(_ name: String) -> String {
        let suffix = "-dkms"
        return name.hasSuffix(suffix) && name != suffix ? String(name.dropLast(suffix.count)) : name
    }
}

package import Diagnostics
import SourceTree

/// The names and versions that packages of a module carry: one rule for all formats.
package struct PackageNaming: Hashable, Sendable {
    /// `PACKAGE_NAME` in lower case with `_` as `-`, and without a `-dkms` at its end.
    package let name: String
    /// The package with the source, which dkms or mkdkms builds on the user's machine: ``name`` with `-dkms`, unless the
    /// package that the tree came in has such a name itself.
    let dkmsPackage: String
    /// `PACKAGE_VERSION` as dpkg and rpm sort it.
    package let version: String
    package let revision: String
    /// `PACKAGE_VERSION` as it is.
    private let given: String
    /// The package that the tree came in.
    private let carried: FormerName?

    /// - Parameter carried: the package that the tree came in.
    /// - Throws: `bad-package-name` or `bad-package-version` for what no package can carry.
    package init(
        name: String, version: String, revision: String, carried: FormerName? = nil
    ) throws(Diagnostic) {
        self.name = Self.baseName(name)
        given = version
        self.version = try Self.packageVersion(version)
        self.revision = revision
        self.carried = carried
        dkmsPackage = carried.flatMap { Self.dkmsName($0.name) } ?? Self.dkmsPackage(of: name)
        guard Self.isPackageName(self.name) else {
            throw .error(
                "bad-package-name", "\"\(name)\" cannot be the name of a package",
                hint:
                    "PACKAGE_NAME needs two characters or more of a-z, 0-9, + - . and _, the first a letter or digit"
            )
        }
        try Self.check(revision: revision)
    }

    /// For what is no package: name and version as they are.
    init(unchecked name: String, version: String, revision: String) {
        self.name = name
        given = version
        self.version = version
        self.revision = revision
        dkmsPackage = "\(name)-dkms"
        carried = nil
    }

    /// What the package with the source is called where the tree came in no package.
    var usualPackage: String { "\(name)-dkms" }

    /// What the package with the source is called elsewhere, or was called before it became ours.
    var formerNames: [FormerName] {
        let usual = dkmsPackage == usualPackage ? [] : [FormerName(usualPackage, version: full)]
        return usual + [carried].compactMap(\.self).filter { $0.name != dkmsPackage }
    }

    /// The one with the files beside the module.
    var commonPackage: String { "\(name)-common" }

    /// A version in a changelog as ours, where it is for the version packaged; nil for another one.
    ///
    /// - Parameter written: `VERSION[-REVISION]`, with the version as dkms.conf has it or as packages do.
    func own(_ written: String) -> CarriedHistory.Version? {
        let names = [given, version]
        if names.contains(written) { return .init(upstream: version, revision: nil) }
        let parts = CarriedHistory.Version(written)
        return names.contains(parts.upstream) ? .init(upstream: version, revision: parts.revision) : nil
    }

    /// All names that the package with the source may have.
    var dkmsPackages: [String] { [dkmsPackage] + formerNames.map(\.name) }

    /// Whether it is a name that the package with the source has, takes the place of, or provides.
    func isOwnName(_ other: String) -> Bool {
        dkmsPackages.contains(other) || other == "\(name)-modules" || other == "\(name)-kmod"
    }

    /// `V-R`.
    package var full: String { "\(version)-\(revision)" }

    /// `V-R~K`, the version of a package that follows kernels: it rises with V and R first, and then with the kernel.
    ///
    /// `~` sorts below whatever R may go on with, but for a `~`; one within R is doubled, which sorts below a single one.
    ///
    /// - Parameter kernel: begins with a digit or letter.
    package func debianVersion(following kernel: String) -> String {
        // For dpkg a missing number is 0, and it compares the ~ before that.
        let closed = revision.last.map(Self.isDigit) == true ? revision : "\(revision)0"
        return "\(version)-\(closed.replacing("~", with: "~~"))~\(kernel)"
    }

    /// `R~K`, the same as the release of an .rpm; rpm has known `~` since 4.10.
    package func rpmRelease(following kernel: String) -> String {
        "\(revision.replacing("~", with: "~~"))~\(kernel)"
    }

    /// `1.5.0+dfsg2` → `1.5.0`: what Debian left out of a source is no part of its authors' version, nor of dkms.conf's.
    package static func unrepacked(_ upstream: String) -> String {
        upstream.replacing(/[-+~.](?:dfsg|ds|repack)[0-9.]*$/, with: "")
    }

    /// A kernel release as part of the name of a .deb, which has lower case and no `_`: `6.1.0-56-amd64`,
    /// `5.15.90.1-microsoft-standard-wsl2`.
    package static func debianKernel(_ release: String) -> String { packageName(release) }

    /// The package with the source of the module of this PACKAGE_NAME.
    static func dkmsPackage(of name: String) -> String { "\(baseName(name))-dkms" }

    /// A kernel release as part of the name of an .rpm: as it is, but for what rpmbuild takes in no name.
    package static func rpmKernel(_ release: String) -> String {
        String(release.map { letters.contains($0) || "-._+".contains($0) ? $0 : "-" })
    }

    private static func packageName(_ name: String) -> String { name.lowercased().replacing("_", with: "-") }

    /// What all packages of a module are called after; without the word that its `-dkms` package adds, as far as a name is
    /// left.
    private static func baseName(_ name: String) -> String {
        let whole = packageName(name)
        let base = PackageIdentity.withoutDkmsSuffix(whole)
        return isPackageName(base) ? base : whole
    }

    /// The name of a package with the source of a module, as every format can have it; nil for that of another package,
    /// such as `bcmwl-kernel-source`.
    private static func dkmsName(_ name: String) -> String? {
        let mapped = packageName(name)
        return PackageIdentity.isDkmsPackage(mapped) && isPackageName(mapped) ? mapped : nil
    }

    private static func check(revision: String) throws(Diagnostic) {
        guard !consists(revision, of: letters, ".+~") else { return }
        throw .error(
            "bad-revision", "\"\(revision)\" cannot be the revision of a package",
            hint: "give -R a number, such as 1, or 1.el9", status: .usage)
    }

    private static func isPackageName(_ name: String) -> Bool {
        name.utf8.count >= 2 && consists(name, of: lowercase, "+.-")
    }

    /// `v1.5.0` → `1.5.0`, `1.5.0_rc1` → `1.5.0~rc1` (sorts before 1.5.0), other `-` and `_` → `+`.
    private static func packageVersion(_ version: String) throws(Diagnostic) -> String {
        var text = version[...]
        if text.first == "v", text.dropFirst().first.map(isDigit) == true { text = text.dropFirst() }
        let mapped = markingPreReleases(text).replacing("-", with: "+").replacing("_", with: "+")
        guard mapped.first.map(isDigit) == true, consists(mapped, of: letters, ".+~") else {
            throw .error(
                "bad-package-version", "\"\(version)\" cannot be the version of a package",
                hint: "PACKAGE_VERSION has to begin with a digit and hold only letters, digits, . + ~ - _")
        }
        return mapped
    }

    /// Puts `~` before a pre-release word, in place of the separator before it, so that 1.5.0~rc1 sorts before 1.5.0.
    ///
    /// A word counts where it begins a part of the version, after a separator or a digit, in any case, with or without
    /// a number: `1.5.0-rc.1`, `1.5.0RC1`, `1.5.0-dev`; not the `rc3` of `2.0-src3`.
    private static func markingPreReleases(_ version: Substring) -> String {
        var result = ""
        var rest = version
        while let first = rest.first {
            let isSeparator = "-_.~".contains(first)
            let bare = isSeparator ? rest.dropFirst() : rest
            let isStart = isSeparator || result.last.map(isDigit) == true
            if isStart, let word = preReleaseWord(bare) {
                result += "~" + word
                rest = bare.dropFirst(word.count)
                if let next = rest.first, "-_.".contains(next), rest.dropFirst().first.map(isDigit) == true {
                    rest = rest.dropFirst()
                }
            } else {
                result.append(first)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    /// The pre-release word at the start of `text`, in lower case, where nothing but a number or separator follows.
    private static func preReleaseWord(_ text: Substring) -> String? {
        let letters = text.prefix { $0.isLetter }.lowercased()
        return ["rc", "alpha", "beta", "pre", "dev"].contains(letters) ? letters : nil
    }

    private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

    private static let lowercase = "abcdefghijklmnopqrstuvwxyz0123456789"
    private static let letters = lowercase + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

    /// Whether `text` begins with one of `first` and goes on with these and `others` only.
    private static func consists(_ text: String, of first: String, _ others: String) -> Bool {
        let initial = Set(first)
        let all = initial.union(others)
        return text.first.map(initial.contains) == true && text.allSatisfy(all.contains)
    }
}

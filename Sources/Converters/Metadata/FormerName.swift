import DebFormat
import Diagnostics
import Kernels
import RPMFormat

/// Another name of the package that ours takes the place of, in relations to it: both have the same tree under /usr/src and
/// register it under the same name, so they are never installed side by side.
package struct FormerName: Hashable, Sendable {
    package let name: String
    private let epoch: String
    private let upstream: String
    private let revision: String?

    /// - Parameters:
    ///   - name: as the package that a tree came in is called.
    ///   - version: the newest that ours takes the place of: `[EPOCH:]UPSTREAM[-REVISION]`, which either side writes.
    /// - Returns: nil where no relation can be to such a package.
    package init?(of name: String, version: String) {
        guard name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9+._\-]+/) != nil,
            version.wholeMatch(of: /([0-9]+:)?[0-9A-Za-z][0-9A-Za-z.+~^_\-]*/) != nil
        else { return nil }
        self.init(name, version: version)
    }

    /// Of a name and version of ours.
    init(_ name: String, version: String) {
        let number = version.split(separator: ":", maxSplits: 1)
        let parts = DebianVersion(version)
        self.name = name
        epoch = number.count == 2 ? "\(number[0]):" : ""
        upstream = parts.upstream
        revision = parts.revision
    }

    /// `epoch-left-out`, where it is the package's own name: all versions with an epoch are newer to dpkg and rpm than ours.
    func epochWarning(_ naming: PackageNaming) -> Diagnostic? {
        guard !epoch.isEmpty, Int(epoch.dropLast()) != 0, name == naming.dkmsPackage else { return nil }
        return .warning(
            "epoch-left-out",
            "the package that came in, \(name), has the epoch \(epoch.dropLast()), and ours has none: it counts as older wherever that one is installed",
            hint: "install it there by apt install --allow-downgrades, dpkg -i or rpm -U --oldpackage")
    }

    /// `older-than-input`, where it is the package's own name: dpkg or rpm would call ours a downgrade, as where its version had
    /// Debian's mark of a repacked source, which that of dkms.conf has not.
    func olderWarning(_ naming: PackageNaming, _ format: Distribution.PackageFormat) -> Diagnostic? {
        guard name == naming.dkmsPackage else { return nil }
        let theirs = revision.map { "\(upstream)-\($0)" } ?? upstream
        let isOlder: Bool
        switch format {
        case .deb: isOlder = DebianVersion(naming.full) < DebianVersion(theirs)
        case .rpm: isOlder = RPMFullVersion(naming.full) < RPMFullVersion(theirs)
        case .pacman, .apk: return nil
        }
        guard isOlder else { return nil }
        return .warning(
            "older-than-input",
            "ours, \(name) \(naming.full), counts as older than the package that came in, which is \(theirs): it is no upgrade of that one",
            hint:
                "give \(naming.version == upstream ? "-R a revision" : "--package-version a version") that is no lower"
        )
    }

    /// In dpkg's words; nil for a name that no .deb has (Debian Policy 5.6.1).
    var debian: (name: String, provided: String, replaced: String)? {
        guard name.wholeMatch(of: /[a-z0-9][a-z0-9+.\-]+/) != nil else { return nil }
        let plain = "\(upstream)\(revision.map { "-\($0)" } ?? "")".replacing(/[\^_]/, with: "+")
        let version = "\(epoch)\(plain)"
        return (
            name, RelationTerm(name, "=", version).debian, RelationTerm(name, "<=", version).debian
        )
    }

    /// The version in rpm's words, and what comes next after it: a package that provided what it obsoletes would be its own
    /// successor.
    var rpmSuccessor: String {
        "\(epoch)\(upstream.replacing("-", with: "+"))-\(revision ?? "1").1"
    }
}

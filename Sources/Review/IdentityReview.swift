import Archive
import Converters
import Diagnostics
import DkmsConf
import SourceTree

/// Name and version: whether folder and dkms.conf agree, and whether packages can carry them.
struct IdentityReview {
    private let reviewed: ReviewedTree

    init(_ reviewed: ReviewedTree) { self.reviewed = reviewed }

    func findings() -> [Diagnostic] {
        guard let conf = reviewed.conf else { return [] }
        var findings = moduleVersions(reviewed.tree.packageVersion ?? conf.packageVersion)
        do throws(Diagnostic) {
            _ = try reviewed.tree.identity(conf)
        } catch {
            var finding = error
            finding.location = reviewed.confText.assignment(of: "PACKAGE_VERSION")
            findings.append(finding)
        }
        do throws(Diagnostic) {
            _ = try PackageNaming(
                name: conf.packageName, version: reviewed.tree.packageVersion ?? conf.packageVersion,
                revision: "1")
        } catch {
            var finding = error
            let directive = error.code == "bad-package-name" ? "PACKAGE_NAME" : "PACKAGE_VERSION"
            finding.location = reviewed.confText.assignment(of: directive)
            findings.append(finding)
        }
        return findings
    }

    /// Modules of a version that is not the package's: dkms asks it of a module, and of the kernel's own, which of them is newer.
    private func moduleVersions(_ package: String) -> [Diagnostic] {
        var findings: [Diagnostic] = []
        for (path, source) in reviewed.tree.cSources where source.contains("MODULE_VERSION") {
            for (version, line) in source.withoutComments.constantArguments(of: "MODULE_VERSION")
            where !Self.agree(version, package) {
                findings.append(
                    .warning(
                        "module-version", "MODULE_VERSION is \(version), and PACKAGE_VERSION \(package)",
                        hint:
                            "raise both, or have the Makefile pass one: dkms, and modinfo, tell by it whether the kernel's own module is newer",
                        at: .init(file: path, line: line)))
            }
        }
        return findings
    }

    /// Whether both are of one version, whatever one of them says beyond it: `v1.5`, `1.5-NAPI` and `1.5+dfsg` agree with 1.5.
    private static func agree(_ one: String, _ other: String) -> Bool {
        func plain(_ version: String) -> String {
            let bare = version.first.map { "vV".contains($0) } == true ? version.dropFirst() : version[...]
            return String(bare.map { "+~_ ".contains($0) ? "-" : $0 })
        }
        let (one, other) = (plain(one), plain(other))
        return one == other || one.hasPrefix("\(other)-") || other.hasPrefix("\(one)-")
    }
}

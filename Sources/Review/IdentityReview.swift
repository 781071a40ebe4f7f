import Converters
import Diagnostics
import DkmsConf
import SourceTree

/// Name and version: whether folder and dkms.conf agree, and whether packages can carry them.
struct IdentityReview {
    private let reviewed: ReviewedTree

    init(_ reviewed: ReviewedTree) { self.reviewed = reviewed }

    var findings: [Diagnostic] {
        guard let conf = reviewed.conf else { return [] }
        var findings: [Diagnostic] = []
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
}

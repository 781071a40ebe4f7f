package import Diagnostics
package import DkmsConf
package import SourceTree
import SystemPackage

/// Looks for what is wrong in a tree, or will be on another system, without building it (docs/lint-rules.md).
package struct TreeReview {
    /// The release to evaluate dkms.conf for, so that values show where the kernel goes.
    package static var release: String { ReviewedTree.release }

    private let tree: SourceTree

    package init(_ tree: SourceTree) { self.tree = tree }

    /// The findings by file, line and code; files are relative to the tree.
    ///
    /// - Parameter context: for which system dkms.conf is evaluated; its kernel is ``release``.
    /// - Throws: what keeps dkms.conf from being evaluated although it may be right: `missing-program`, `no-namespaces`.
    package func findings(in context: ConfContext) async throws(Diagnostic) -> [Diagnostic] {
        var context = context
        context.kernelRelease = Self.release
        context.kernelSourceFolder = "/lib/modules/\(Self.release)/build"
        context.kernelConfig = context.kernelSourceFolder + "/.config"
        var findings: [Diagnostic] = []
        var conf: DkmsConf?
        do throws(Diagnostic) {
            let usable = try await tree.evaluate(in: context)
            findings += usable.warnings
            conf = usable
        } catch {
            guard error.code == "invalid-conf" else { throw error }
            findings += error.related
        }
        let reviewed = try ReviewedTree(tree, conf)
        findings += ConfReview(reviewed).findings
        findings += IdentityReview(reviewed).findings()
        findings += MakeReview(reviewed).findings
        findings += try ContentReview(reviewed).findings()
        return sorted(findings.map(placed))
    }

    /// The finding with its file seen from the tree, and in the severity that it has here.
    private func placed(_ finding: Diagnostic) -> Diagnostic {
        var finding = finding
        // A fault of a whole file is shown at its beginning, one of the whole tree at that of dkms.conf.
        var place = finding.location ?? Diagnostic.Location(file: "dkms.conf")
        place.line = place.line ?? 1
        finding.location = place
        for prefix in Set([tree.origin.prefix, "\(tree.root)/"]) {
            if let file = finding.location?.file, file.hasPrefix(prefix) {
                finding.location?.file = String(file.dropFirst(prefix.count))
            }
            finding.message = finding.message.replacing(prefix, with: "")
        }
        finding.message = finding.message.replacing(" in \(tree.origin)", with: "")
        // dkms before 3.1.8 still goes by these: who serves it too has to keep them.
        if finding.code == "deprecated-directive",
            ["CLEAN ", "REMAKE_INITRD "].contains(where: finding.message.hasPrefix)
        {
            finding.severity = .note
        }
        return finding
    }

    private func sorted(_ findings: [Diagnostic]) -> [Diagnostic] {
        var known: Set<Diagnostic> = []
        return findings.filter { known.insert($0).inserted }.sorted { one, other in
            let (left, right) = (key(one), key(other))
            return left < right
        }
    }

    private func key(_ finding: Diagnostic) -> (String, Int, String, String) {
        (
            finding.location?.file ?? "", finding.location?.line ?? 0, finding.code.name, finding.message
        )
    }
}

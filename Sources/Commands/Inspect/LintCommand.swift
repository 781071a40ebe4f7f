import ArgumentParser
import Diagnostics
import DkmsConf
import Inputs
import Kbuild
import Kernels
import Review
import SourceTree
import Streams
import SystemPackage

/// `mkdkms lint`: what is wrong in a tree.
struct LintCommand: Verb {
    static let schemaName = "lint"
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Look for faults in a tree, each with its remedy, without building it.",
        discussion: """
            Ends with 2 where there are errors or warnings, and with 0 where there are notes only or nothing.

            Example: mkdkms lint /usr/src/hello-1.5.0
            """)

    @OptionGroup var tree: TreeOptions
    @OptionGroup var talk: TalkOptions
    @OptionGroup(visibility: .hidden) var progress: ProgressOptions

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        let loaded: LoadedTree
        do throws(Diagnostic) {
            loaded = try await LoadedTree.load(tree.tree, packageVersion: tree.settledVersion())
        } catch {
            return try unreadable(error)
        }
        for warning in loaded.warnings { events(.diagnostic(warning)) }
        if let warning = loaded.filesBesideTree?.warning() { events(.diagnostic(warning)) }
        let findings = try await TreeReview(loaded.tree).findings(
            in: .anyKernel(target: try tree.distribution()))
        let document = LintDocument(tree: loaded.input.absolute.string, findings: findings)
        _ = consume loaded
        let isClean = findings.allSatisfy { $0.severity == .note }
        return Report(text: document.text, document: document, status: isClean ? .success : .findings)
    }

    /// Files that no artifact can carry are findings too, although nothing else can be looked at then.
    private func unreadable(_ fault: Diagnostic) throws(Diagnostic) -> Report {
        guard ["link-outside", "unsupported-file"].contains(fault.code) else { throw fault }
        let root = (try? Files.canonical(FilePath(tree.tree))) ?? FilePath(tree.tree)
        let findings = (fault.related.isEmpty ? [fault] : fault.related).map { finding in
            var finding = finding
            finding.hint = finding.hint ?? fault.hint
            let file = (finding.location?.file ?? "dkms.conf").replacing("\(root)/", with: "")
            finding.location = Diagnostic.Location(file: file, line: 1)
            return finding
        }
        let document = LintDocument(tree: FilePath(tree.tree).absolute.string, findings: findings)
        return Report(text: document.text, document: document, status: .findings)
    }
}

/// Findings as `mkdkms lint` shows them (docs/json/lint.schema.json).
struct LintDocument: Encodable, Sendable {
    let tree: String
    let findings: [JSONOutput.Message]

    init(tree: String, findings: [Diagnostic]) {
        self.tree = tree
        self.findings = findings.map(JSONOutput.Message.init)
    }

    /// As compilers print faults, so that editors find the place.
    var text: String {
        findings.map { finding in
            var place = finding.file.value ?? ""
            if let line = finding.line.value { place += ":\(line)" }
            if !place.isEmpty { place += ": " }
            let first = "\(place)\(finding.severity): \(finding.message) [\(finding.code)]\n"
            return first + (finding.hint.value.map { "    hint: \($0)\n" } ?? "")
        }.joined()
    }
}

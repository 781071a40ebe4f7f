import Archive
import Diagnostics
import DkmsConf
import SourceTree

/// What a dkms.conf says that holds here and not everywhere, and scripts that won't run.
struct ConfReview {
    private let reviewed: ReviewedTree

    init(_ reviewed: ReviewedTree) { self.reviewed = reviewed }

    var findings: [Diagnostic] { runningKernel + hostFiles + hooks }

    private var runningKernel: [Diagnostic] {
        reviewed.confText.lines.indices.filter { reviewed.confText.lines[$0].contains("uname -r") }.map {
            .warning(
                "running-kernel", "dkms.conf asks for the running kernel",
                hint: "write $kernelver, the kernel that is built for", at: reviewed.confText.location($0))
        }
    }

    private var hostFiles: [Diagnostic] {
        (reviewed.conf?.readsHostFiles ?? []).map { file in
            let line = reviewed.confText.lines.firstIndex { $0.contains(file) }
            return .warning(
                "host-dependent-conf",
                "dkms.conf reads \(file), so it means something else on another system",
                hint: "decide by $kernelver or in the sources; until then, build with --target",
                at: reviewed.confText.location(line))
        }
    }

    /// dkms runs the script itself, not a shell with it.
    private var hooks: [Diagnostic] {
        guard let conf = reviewed.conf else { return [] }
        return conf.hooks.all.compactMap { directive, command in
            guard let script = command.split(whereSeparator: \.isWhitespace).first.map(String.init) else {
                return nil
            }
            let path = script.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
            guard let entry = reviewed.tree.files[path: path], case .file = entry.kind,
                entry.permissions & 0o111 == 0
            else { return nil }
            return .warning(
                "hook-not-executable", "\(directive) names \(path), which is not executable",
                hint: "chmod +x \(path)", at: reviewed.confText.assignment(of: directive))
        }
    }
}

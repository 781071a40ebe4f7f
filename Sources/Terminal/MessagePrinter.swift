package import Diagnostics

import Glibc

/// Prints diagnostics and progress to stderr.
package struct MessagePrinter: Sendable {
    package let isColored: Bool
    package let isQuiet: Bool

    package init(isColored: Bool, isQuiet: Bool) {
        self.isColored = isColored
        self.isQuiet = isQuiet
    }

    /// `mkdkms: error: TEXT [code]`, its hint and the single faults behind it.
    package func print(_ diagnostic: Diagnostic) {
        if isQuiet && diagnostic.severity != .error { return }
        Output.standardError(text(diagnostic))
    }

    package func text(_ diagnostic: Diagnostic) -> String {
        var lines = [
            "mkdkms: \(painted(diagnostic.severity)): \(place(diagnostic))\(diagnostic.message) [\(diagnostic.code)]"
        ]
        for fault in diagnostic.related {
            lines.append(
                "  \(fault.severity == .error ? "" : "\(fault.severity.rawValue): ")\(place(fault))\(fault.message)"
            )
            if let hint = fault.hint { lines.append("    hint: \(hint)") }
        }
        if let hint = diagnostic.hint { lines.append("hint: \(hint)") }
        return lines.map { $0 + "\n" }.joined()
    }

    private func place(_ diagnostic: Diagnostic) -> String {
        guard let location = diagnostic.location else { return "" }
        return location.line.map { "\(location.file):\($0): " } ?? "\(location.file): "
    }

    private func painted(_ severity: Diagnostic.Severity) -> String {
        guard isColored else { return severity.rawValue }
        let color =
            switch severity {
            case .error: "31"
            case .warning: "33"
            case .note: "36"
            }
        return "\u{1B}[1;\(color)m\(severity.rawValue)\u{1B}[0m"
    }
}

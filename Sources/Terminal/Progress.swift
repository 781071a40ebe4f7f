package import Diagnostics
import Synchronization

/// Shows the events of running stages: on a terminal one line that is rewritten, elsewhere a line per step.
package final class Progress: Sendable {
    package enum Style: Sendable { case live, plain, none }

    private let style: Style
    private let isVerbose: Bool
    private let printer: MessagePrinter
    private let running: Mutex<[String]> = Mutex([])

    /// - Parameter isVerbose: whether what programs print is shown.
    package init(_ style: Style, isVerbose: Bool = false, printer: MessagePrinter) {
        self.style = style
        self.isVerbose = isVerbose
        self.printer = printer
    }

    /// Takes one event; safe from any thread.
    package func report(_ event: WorkEvent) {
        switch event {
        case .diagnostic(let diagnostic): aroundLine { printer.print(diagnostic) }
        case .started(let step): change("\(step)…", toLive: { $0.append(step) })
        case .finished(let step, let detail):
            change("\(step): \(detail)", toLive: { $0.removeAll { $0 == step } })
        case .output(_, let bytes):
            if isVerbose { aroundLine { Output.standardError(String(decoding: bytes, as: UTF8.self)) } }
        }
    }

    /// Clears the live line, before other things are printed.
    package func end() {
        running.withLock { steps in
            if style == .live, !steps.isEmpty { Output.standardError("\r\u{1B}[K") }
            steps.removeAll()
        }
    }

    private func change(_ line: String, toLive update: (inout [String]) -> Void) {
        switch style {
        case .none: return
        case .plain: running.withLock { _ in Output.standardError(line + "\n") }
        case .live:
            running.withLock { steps in
                update(&steps)
                Output.standardError(
                    "\r\u{1B}[K" + (steps.first.map { Self.text($0, others: steps.count - 1) } ?? ""))
            }
        }
    }

    private func aroundLine(_ body: () -> Void) {
        running.withLock { steps in
            if style == .live, !steps.isEmpty { Output.standardError("\r\u{1B}[K") }
            body()
            if style == .live, let step = steps.first {
                Output.standardError(Self.text(step, others: steps.count - 1))
            }
        }
    }

    private static func text(_ step: String, others: Int) -> String {
        let line = others == 0 ? "\(step)…" : "\(step)… and \(others) more"
        return String(line.prefix(100))
    }
}

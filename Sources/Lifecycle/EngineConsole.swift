import Diagnostics
import Synchronization
import Tools

/// Where an action says what it does: dkms's texts, unbuffered, so that the two streams keep their order.
package struct EngineConsole: Sendable {
    private let standardOutput: @Sendable (String) -> Void
    private let standardError: @Sendable (String) -> Void
    /// Whether a program may write to the terminal itself: what is said here comes at once too.
    private let isLive: Bool

    package init(
        standardOutput: @escaping @Sendable (String) -> Void,
        standardError: @escaping @Sendable (String) -> Void, isLive: Bool = true
    ) {
        self.standardOutput = standardOutput
        self.standardError = standardError
        self.isLive = isLive
    }

    /// A console that nobody reads.
    package static let silent = EngineConsole(
        standardOutput: { _ in }, standardError: { _ in }, isLive: false)

    /// Runs a program whose output belongs to what is said: it comes at once, or keeps its place among words that wait for
    /// their turn.
    ///
    /// - Returns: the program's status.
    func attach(_ program: Program, input: [UInt8]? = nil) async throws(Diagnostic) -> Int32 {
        if isLive { return try await program.attached(to: .terminal, input: input) }
        let outcome = try await program.capture(input: input ?? [])
        standardOutput(String(decoding: outcome.output, as: UTF8.self))
        standardError(String(decoding: outcome.errorOutput, as: UTF8.self))
        return outcome.status
    }

    func say(_ line: String) { standardOutput(line + "\n") }

    /// Text without the end of its line.
    func begin(_ text: String) { standardOutput(text) }

    func complain(_ line: String) { standardError(line + "\n") }

    func error(_ lines: [String]) {
        standardError("\nError! " + lines.map { $0 + "\n" }.joined())
    }

    func warn(_ lines: String...) { warn(lines) }

    private func warn(_ lines: [String]) {
        standardError("Warning: " + lines.map { $0 + "\n" }.joined())
    }

    func deprecated(_ feature: String) { standardError("Deprecated feature: \(feature)\n") }

    package func report(_ stop: EngineStop) {
        switch stop.form {
        case .error: error(stop.lines)
        case .warning: warn(stop.lines)
        case .silent: break
        }
    }

    fileprivate func write(_ piece: ConsoleBuffer.Piece) {
        if piece.isError { standardError(piece.text) } else { standardOutput(piece.text) }
    }
}

/// Keeps what an action says until its turn comes, so that actions that run side by side don't mix their lines.
final class ConsoleBuffer: Sendable {
    fileprivate struct Piece: Sendable {
        let isError: Bool
        let text: String
    }

    private let pieces = Mutex<[Piece]>([])

    var console: EngineConsole {
        EngineConsole(
            standardOutput: { text in self.add(Piece(isError: false, text: text)) },
            standardError: { text in self.add(Piece(isError: true, text: text)) }, isLive: false)
    }

    func replay(to console: EngineConsole) {
        for piece in pieces.withLock({ $0 }) { console.write(piece) }
    }

    private func add(_ piece: Piece) { pieces.withLock { $0.append(piece) } }
}

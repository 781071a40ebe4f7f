import Synchronization

@testable import Lifecycle

/// What an action said: the pieces in their order, those for stderr marked.
final class Words: Sendable {
    private let pieces = Mutex<[String]>([])

    var console: EngineConsole {
        EngineConsole(
            standardOutput: { text in self.pieces.withLock { $0.append(text) } },
            standardError: { text in self.pieces.withLock { $0.append("stderr: \(text)") } })
    }

    var all: [String] { pieces.withLock { $0 } }
}

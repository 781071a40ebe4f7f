import Glibc
import Synchronization
import Tools

/// The locks that a run holds, and those of the runs above it, which scripts and makes of theirs have started: what is
/// started from here is told of both, and doesn't wait for them.
final class HeldLocks: Sendable {
    /// The environment variable with their names, one a line.
    static let variable = "DKMS_LOCKS_HELD"

    private let inherited: Set<String>
    private let own: Mutex<Set<String>>
    /// What has started this process.
    private let parent = getppid()

    init() {
        let text = CallerEnvironment.value(Self.variable) ?? ""
        inherited = Set(text.split(separator: "\n").map(String.init))
        own = Mutex([])
    }

    private init(inherited: Set<String>, own: Set<String>) {
        self.inherited = inherited
        self.own = Mutex(own)
    }

    /// For work that runs beside others of this run: what those take is not its own.
    func branch() -> HeldLocks { HeldLocks(inherited: inherited, own: own.withLock { $0 }) }

    func isInherited(_ name: String) -> Bool { inherited.contains(name) }

    func add(_ name: String) { own.withLock { _ = $0.insert(name) } }

    func remove(_ name: String) { own.withLock { _ = $0.remove(name) } }

    /// Those of this run and of the runs above it.
    var names: Set<String> { inherited.union(own.withLock { $0 }) }

    /// Those that are kept until this run ends: of a run that a script has left behind, which nobody waits for, only its own.
    var awaited: Set<String> { getppid() == parent ? names : own.withLock { $0 } }

    /// For the environment of everything that is started.
    var environment: [String: String] {
        let names = names
        return names.isEmpty ? [:] : [Self.variable: names.sorted().joined(separator: "\n")]
    }
}

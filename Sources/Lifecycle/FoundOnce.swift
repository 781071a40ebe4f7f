import Synchronization

/// What is looked for once in a run, and known from then on.
final class FoundOnce<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let known = Mutex<[Key: Value]>([:])

    /// The value of a key, which `find` looks for where nobody has asked before.
    func value(_ key: Key, _ find: () -> Value) -> Value {
        known.withLock { known in
            if let value = known[key] { return value }
            let value = find()
            known[key] = value
            return value
        }
    }

    /// To be called when what was found may no longer be true.
    func forget() { known.withLock { $0 = [:] } }
}

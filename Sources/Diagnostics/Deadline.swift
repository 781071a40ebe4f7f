/// A time limit on a piece of asynchronous work.
package enum Deadline {
    /// What `work` came to, or nil when it was not done in time; it is cancelled then, and waited for.
    package static func run<Value: Sendable>(
        within limit: Duration, _ work: @escaping @Sendable () async throws(Diagnostic) -> Value
    ) async -> Result<Value, Diagnostic>? {
        await withTaskGroup(of: Result<Value, Diagnostic>?.self) { group in
            group.addTask {
                do throws(Diagnostic) {
                    return .success(try await work())
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                do {
                    try await Task.sleep(for: limit)
                    return nil
                } catch {
                    return .failure(.interrupted)
                }
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }
}

/// Works on many items, at most `width` at a time, and gives the results in the items' order.
///
/// One item's failure doesn't stop the others; after a cancellation those not yet begun fail with `interrupted`.
/// - Parameter onFinish: told how many items are done so far, after each.
package func concurrently<Item: Sendable, Output: Sendable>(
    _ items: [Item], width: Int, _ onFinish: (Int) -> Void = { _ in },
    _ work: @escaping @Sendable @concurrent (Item) async throws(Diagnostic) -> Output
) async -> [Result<Output, Diagnostic>] {
    var results = [Result<Output, Diagnostic>?](repeating: nil, count: items.count)
    await withTaskGroup(of: (Int, Result<Output, Diagnostic>).self) { group in
        var next = 0
        var done = 0
        func begin() {
            guard next < items.count else { return }
            let (index, item) = (next, items[next])
            next += 1
            group.addTask {
                guard !Task.isCancelled else { return (index, .failure(.interrupted)) }
                do throws(Diagnostic) {
                    return (index, .success(try await work(item)))
                } catch {
                    return (index, .failure(error))
                }
            }
        }
        for _ in 0..<max(1, width) { begin() }
        while let (index, result) = await group.next() {
            results[index] = result
            done += 1
            onFinish(done)
            begin()
        }
    }
    return results.map { $0 ?? .failure(.interrupted) }
}

import Testing

@testable import Lifecycle

@Suite struct TreeLockTests {
    let sample: SampleEngine

    init() async throws { sample = try await SampleEngine() }

    private func take(_ name: String) async throws -> TreeLock {
        try await TreeLock.take(name, in: sample.tree, held: HeldLocks(), console: sample.words.console)
    }

    /// Whoever comes second waits, says so after two seconds, and gets it once the first lets go.
    @Test(.timeLimit(.minutes(1))) func secondWaits() async throws {
        let first = try await take("hello")
        let (tree, console) = (sample.tree, sample.words.console)
        let second = Task {
            _ = try await TreeLock.take("hello", in: tree, held: HeldLocks(), console: console)
        }
        let words = "stderr: Waiting for another run that works on hello...\n"
        while !sample.words.all.contains(words) { try await Task.sleep(for: .milliseconds(50)) }
        first.hold()
        _ = consume first
        try await second.value
        #expect(sample.words.all == [words])
    }

    @Test func othersAndLaterOnesDoNot() async throws {
        let first = try await take("hello")
        let other = try await take("world")
        other.hold()
        first.hold()
        _ = consume first
        let again = try await take("hello")
        again.hold()
        #expect(sample.words.all.isEmpty)
    }

    @Test func waitingCanBeCancelled() async throws {
        let first = try await take("hello")
        let (tree, console) = (sample.tree, sample.words.console)
        let second = Task {
            _ = try await TreeLock.take("hello", in: tree, held: HeldLocks(), console: console)
        }
        second.cancel()
        await #expect(throws: (any Error).self) { try await second.value }
        first.hold()
    }
}

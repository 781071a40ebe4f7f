import Diagnostics
import ScratchFolder
import Streams
import SystemPackage
import Testing

@testable import Lifecycle

@Suite struct TreeLockTests {
    let sample: SampleEngine

    init() async throws { sample = try await SampleEngine() }

    private func take(_ name: String) async throws -> TreeLock {
        try await TreeLock.take(name, in: sample.tree, held: HeldLocks(), console: sample.words.console)
    }

    /// Whoever comes second waits, says so after two seconds, and gets it once the first lets go.
    @Test(.timeLimit(.minutes(10))) func secondWaits() async throws {
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

    @Test(
        arguments: [
            // a keeps one and waits for two; b the other way round.
            ([("one", ["two"])], ["one", "two"]), ([("three", ["two"])], nil),
            ([("three", ["two"]), ("one", ["three"])], ["one", "two", "three"]),
            // A circle of others is theirs.
            ([("four", ["two", "three"]), ("three", ["four"])], nil), ([("two", ["three"])], nil), ([], nil),
        ] as [([(String, [String])], Set<String>?)])
    func circles(_ others: [(String, [String])], _ circle: Set<String>?) {
        let found = WaitMark.circle(
            of: .init(name: "two", held: ["one"]),
            among: others.map { WaitMark.Wait(name: $0.0, held: Set($0.1)) })
        #expect(found == circle)
    }

    /// One of them gives up, and the other gets what it waits for.
    @Test(.timeLimit(.minutes(10))) func aCircleIsBroken() async throws {
        let (tree, console, folder) = (sample.tree, sample.words.console, sample.scratch.path)
        @Sendable func run(_ first: String, _ second: String) async -> Diagnostic? {
            let held = HeldLocks()
            do throws(Diagnostic) {
                let lock = try await TreeLock.take(first, in: tree, held: held, console: console)
                defer { lock.hold() }
                // Each has what the other wants before either asks.
                try? Files.write([], to: folder.appending("has-\(first)"))
                while !Files.exists(folder.appending("has-\(second)")) {
                    try? await Task.sleep(for: .milliseconds(20))
                }
                try await TreeLock.take(second, in: tree, held: held, console: console).hold()
                return nil
            } catch {
                return error
            }
        }
        async let one = run("a", "b")
        async let other = run("b", "a")
        let faults = await [one, other]
        #expect(faults[0] == nil)
        #expect(faults[1]?.code == "deadlock")
        #expect(!Files.exists(TreeLock.privateFolder(tree)))
    }

    /// A mark tells of its run as long as that lives, and no longer.
    @Test func marksOfKilledRunsAreLeftOvers() throws {
        let folder = TreeLock.privateFolder(sample.tree)
        try Files.makeDirectories(folder)
        #expect(WaitMark(.init(name: "a", held: []), in: sample.tree) == nil)
        let mark = try #require(WaitMark(.init(name: "a", held: ["b"]), in: sample.tree))
        let name = try #require(Files.names(in: folder).first)
        #expect(!WaitMark.isLeftOver(name, in: folder))
        let text = try Files.read(folder.appending(name))
        withExtendedLifetime(mark) {}
        try Files.write(text, to: folder.appending("wait,killed"))
        #expect(WaitMark.isLeftOver("wait,killed", in: folder))
        #expect(!WaitMark.isLeftOver("lock,killed", in: folder))
    }
}

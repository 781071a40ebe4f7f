import ScratchFolder
import Streams
import SystemPackage
import Testing

@testable import Kbuild

/// The pool of tokens, counted, and as GNU make uses it.
@Suite struct JobserverTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Takes all tokens that are free.
    private func tokens(_ fifo: FilePath) throws -> Int {
        let descriptor = try FileDescriptor.open(fifo, .readOnly, options: [.nonBlocking])
        defer { try? descriptor.close() }
        var chunk = [UInt8](repeating: 0, count: 4096)
        do throws(Errno) {
            return try Files.read(descriptor, into: &chunk)
        } catch {
            guard error == .wouldBlock else { throw error }
            return 0
        }
    }

    @Test(arguments: [(1, 1, 0), (8, 1, 7), (8, 3, 5), (2, 2, 0), (2, 5, 0)])
    func holdsOneTokenLessThanSlotsForEachMake(_ jobs: Int, _ makes: Int, _ expected: Int) throws {
        let jobserver = try Jobserver(in: scratch.path, jobs: jobs, makes: makes)
        #expect(try tokens(jobserver.fifo) == expected)
        jobserver.addToken()
        #expect(try tokens(jobserver.fifo) == 1)
        _ = consume jobserver
    }

    /// Six recipes that say how many run beside them: never more than three, and make gives the tokens back.
    @Test func makeRunsAsManyAsThereAreSlots() async throws {
        try scratch.fill([
            "Makefile": """
            all: a b c d e f
            a b c d e f:
            \t@touch run.$@; ls run.* | wc -l >>counts; sleep 0.3; rm run.$@; echo $(NOTE) >note
            """
        ])
        let jobserver = try Jobserver(in: scratch.path, jobs: 3, makes: 1)
        let (name, arguments) = HeaderProtection.compared.wrap(
            ["make"], jobserver: jobserver.fifo, headers: [])
        let text = try await output(
            name, arguments, environment: ["MAKEFLAGS": Jobserver.makeFlags(overrides: ["NOTE=told"])],
            folder: scratch.path)
        let counts = try Files.readText(scratch.path.appending("counts")).split(separator: "\n").compactMap {
            Int($0.filter(\.isNumber))
        }
        #expect(counts.count == 6)
        #expect((2...3).contains(counts.max() ?? 0), "\(counts) \(text)")
        #expect(try Files.readText(scratch.path.appending("note")) == "told\n")
        #expect(try tokens(jobserver.fifo) == 2)
        _ = consume jobserver
    }
}

import Tools
import Testing

/// What a program is given on its stdin, whether it reads that or not.
@Suite struct ProgramInputTests {
    @Test(arguments: [0, 1, 5_000_000]) func arrivesWhole(_ count: Int) async throws {
        let input = [UInt8](repeating: 65, count: count)
        #expect(try await Program("cat").capture(input: input).output == input)
    }

    /// A pipe would break there, and this process with it.
    @Test func mayBeLeftUnread() async throws {
        let input = [UInt8](repeating: 65, count: 1_000_000)
        for _ in 0..<30 {
            #expect(try await Program("true").capture(input: input).status == 0)
            #expect(try await Program("false").attached(to: .nowhere, input: input) == 1)
        }
    }
}

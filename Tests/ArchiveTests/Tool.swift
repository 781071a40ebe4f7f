import SystemPackage
import Testing
import Tools

/// A program of the system that reads what we write.
enum Tool {
    /// What it printed; a status other than 0 fails the test.
    @discardableResult
    static func run(
        _ name: String, _ arguments: [String], input: [UInt8] = [],
        location: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let program = Program(
            name, arguments,
            environment: Program.cleanEnvironment(adding: ["LC_ALL": "C.UTF-8", "TZ": "UTC"]))
        let outcome = try await program.capture(input: input)
        let errors = String(decoding: outcome.errorOutput, as: UTF8.self)
        #expect(outcome.status == 0, "\(name) \(arguments): \(errors)", sourceLocation: location)
        return String(decoding: outcome.output, as: UTF8.self)
    }
}

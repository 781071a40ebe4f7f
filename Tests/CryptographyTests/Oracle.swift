import Diagnostics
import Tools

/// Runs a program that has to succeed and gives what it printed.
func oracle(_ name: String, _ arguments: [String], input: [UInt8] = []) async throws -> [UInt8] {
    let outcome = try await Program(name, arguments).capture(input: input)
    guard outcome.status == 0 else {
        throw Diagnostic.error(
            "oracle-failed",
            "\(name) \(arguments): \(String(decoding: outcome.errorOutput, as: UTF8.self))")
    }
    return outcome.output
}

/// What `openssl` prints.
func openssl(_ arguments: String..., input: [UInt8] = []) async throws -> String {
    String(decoding: try await oracle("openssl", arguments, input: input), as: UTF8.self)
}

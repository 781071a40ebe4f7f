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

/// Text-like bytes that are the same at every run.
func sampleBytes(_ count: Int) -> [UInt8] {
    var state: UInt64 = 1
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 8)
    while bytes.count < count {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        // Few enough values to compress well, too many to be one long match.
        bytes.append(contentsOf: [UInt8(state >> 60), UInt8(state >> 57 & 7), UInt8(state >> 54 & 63), 32])
    }
    bytes.removeLast(bytes.count - count)
    return bytes
}

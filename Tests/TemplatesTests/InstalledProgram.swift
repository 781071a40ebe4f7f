import Diagnostics
import Tools

/// A program of the system that reads what we write.
enum InstalledProgram {
    /// Runs it; nil, with the reason printed, where it isn't installed.
    static func run(_ name: String, _ arguments: [String], input: [UInt8] = []) async throws -> Program
        .Outcome?
    {
        do throws(Diagnostic) {
            return try await Program(name, arguments).capture(input: input)
        } catch {
            guard error.code == "missing-program" else { throw error }
            print("skipped: \(name) is not installed")
            return nil
        }
    }
}

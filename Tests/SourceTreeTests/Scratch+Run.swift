import ScratchFolder
import SystemPackage
import Tools

extension Scratch {
    /// A program of the machine, run here; what it printed to its standard error where it failed.
    func run(_ name: String, _ arguments: String...) async throws -> String? {
        let outcome = try await Program(name, arguments, folder: path).capture()
        return outcome.status == 0 ? nil : String(decoding: outcome.errorOutput, as: UTF8.self)
    }
}

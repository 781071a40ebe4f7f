package import Diagnostics
import Glibc
import Subprocess
package import SystemPackage

/// Where the output of a program goes that nobody in this process reads.
package enum ProgramOutput: Sendable {
    /// This process's own stdout and stderr; the program may ask the user too, as it has this process's stdin unless
    /// another input is given, and stays in its process group.
    case terminal
    /// The end of a file, both streams.
    case file(FileDescriptor)
    case nowhere
}

extension Program {
    /// Runs to the end with its output going elsewhere, and returns the status.
    ///
    /// - Throws: `missing-program` when it isn't installed, `interrupted` when the task was cancelled.
    package func attached(to output: ProgramOutput, input: [UInt8]? = nil) async throws(Diagnostic) -> Int32 {
        do {
            let status: TerminationStatus
            let given = try ProgramInput(input ?? [])
            let own = FileDescriptorInput.fileDescriptor(
                given.descriptor, closeAfterSpawningProcess: false)
            switch output {
            case .terminal: status = try await runOnTerminal(input == nil ? nil : own)
            case .file(let descriptor):
                status = try await run(
                    configuration, input: own,
                    output: .fileDescriptor(descriptor, closeAfterSpawningProcess: false),
                    error: .fileDescriptor(descriptor, closeAfterSpawningProcess: false)
                ).terminationStatus
            case .nowhere:
                status = try await run(
                    configuration, input: own, output: .discarded, error: .discarded
                ).terminationStatus
            }
            _ = consume given
            try Task.checkCancellation()
            return Self.status(status)
        } catch {
            throw diagnostic(for: error)
        }
    }

    /// - Parameter input: nil for this process's own.
    private func runOnTerminal(_ input: FileDescriptorInput?) async throws -> TerminationStatus {
        var configuration = configuration
        configuration.platformOptions = PlatformOptions()
        return try await run(
            configuration,
            input: input ?? .fileDescriptor(.standardInput, closeAfterSpawningProcess: false),
            output: .currentStandardOutput, error: .currentStandardError
        ).terminationStatus
    }

    /// Where PATH leads for a name; nil where it leads nowhere.
    package static func find(_ name: String) -> FilePath? {
        find(name, path: cleanEnvironment()["PATH"] ?? "")
    }

    static func find(_ name: String, path: String) -> FilePath? {
        path.split(separator: ":").map { FilePath(String($0)).appending(name) }
            .first { path in unsafe path.withPlatformString { unsafe access($0, X_OK) } == 0 }
    }
}

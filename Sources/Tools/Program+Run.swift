package import Diagnostics
import Subprocess
import SystemPackage

extension Program {
    /// How much a captured program may print; more than that is a fault of the program.
    private static let captureLimit = 64 << 20

    /// Runs to the end and returns what it printed, whatever its status.
    ///
    /// - Throws: `missing-program` when it isn't installed, `interrupted` when the task was cancelled.
    package func capture(input: [UInt8] = []) async throws(Diagnostic) -> Outcome {
        do {
            let input = try ProgramInput(input)
            let result = try await run(
                configuration,
                input: .fileDescriptor(input.descriptor, closeAfterSpawningProcess: false),
                output: .bytes(limit: Self.captureLimit), error: .bytes(limit: Self.captureLimit))
            _ = consume input
            try Task.checkCancellation()
            return Outcome(
                status: Self.status(result.terminationStatus), output: result.standardOutput,
                errorOutput: result.standardError)
        } catch {
            throw diagnostic(for: error)
        }
    }

    /// Runs to the end, handing over both output streams as they come, and returns the status.
    ///
    /// - Throws: `missing-program` when it isn't installed, `interrupted` when the task was cancelled.
    package func stream(_ onOutput: @Sendable ([UInt8]) -> Void) async throws(Diagnostic) -> Int32 {
        do {
            let result = try await run(
                configuration, input: .none, output: .sequence, error: .combinedWithOutput
            ) { execution in
                for try await chunk in execution.standardOutput {
                    onOutput(unsafe chunk.withUnsafeBytes { unsafe Array($0) })
                }
            }
            try Task.checkCancellation()
            return Self.status(result.terminationStatus)
        } catch {
            throw diagnostic(for: error)
        }
    }

    /// Found once here: looking along PATH by trying to start each candidate costs a spawn for every folder without it.
    private var resolved: FilePath? {
        name.contains("/") ? FilePath(name) : Self.find(name, path: environment["PATH"] ?? "")
    }

    var configuration: Configuration {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(2))
        ]
        return Configuration(
            executable: resolved.map { .path($0) } ?? .name(name),
            arguments: Arguments(arguments),
            environment: .custom(
                Dictionary(uniqueKeysWithValues: environment.map { (.init(stringLiteral: $0.key), $0.value) })
            ),
            workingDirectory: folder, platformOptions: options)
    }

    static func status(_ status: TerminationStatus) -> Int32 {
        switch status {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
    }

    func diagnostic(for error: any Error) -> Diagnostic {
        if error is CancellationError || Task.isCancelled {
            return .interrupted
        }
        if let error = error as? SubprocessError, error.code == .executableNotFound {
            return .error(
                "missing-program", "the program \(name) is not installed",
                hint: "install it with the system's package manager, for example: apt-get install \(package)")
        }
        return .error("program-failed", "cannot run \(name): \(error)")
    }

    /// The Debian package that holds the program.
    private var package: String {
        switch name {
        case "strip", "objcopy", "readelf": "binutils"
        case "depmod", "modinfo": "kmod"
        case "unshare", "mount": "util-linux"
        default: name
        }
    }
}

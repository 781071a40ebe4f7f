import Diagnostics
import Glibc
import Streams
import SystemPackage
import Tools

extension Engine {
    /// A command as dkms announces, logs and judges it (dkms 3.4.3, `invoke_command`).
    struct Command: Sendable {
        /// What is done, as in "Building module(s)".
        let description: String
        /// The command as the user may repeat it.
        let text: String
        /// Where its output is kept; nil where nobody keeps it.
        var log: FilePath?
        /// Whether it may last, so that a dot shows now and then that it goes on.
        var mayLast = true
    }

    /// Says what is done, does it, and says how it ended; every three seconds a dot shows that it still runs.
    ///
    /// - Parameter work: gets the output's destination and returns the status.
    func announce(
        _ command: Command,
        _ work: (ProgramOutput) async throws(Diagnostic) -> Int32
    ) async throws(EngineStop) -> Int32 {
        if settings.isVerbose {
            console.say(command.text)
        } else {
            console.begin("\(command.description)...")
        }
        let dots = command.mayLast ? dotTask() : nil
        defer { dots?.cancel() }
        let status: Int32
        do throws(Diagnostic) {
            status = try await logged(command, work)
        } catch {
            throw EngineStop(error)
        }
        if status == 0 {
            console.say(" done.")
        } else {
            console.begin("(bad exit status: \(status))")
            if !settings.isVerbose { console.begin("\nFailed command:\n\(command.text)\n") }
        }
        return status
    }

    private func logged(
        _ command: Command, _ work: (ProgramOutput) async throws(Diagnostic) -> Int32
    ) async throws(Diagnostic) -> Int32 {
        guard let path = command.log else {
            return try await work(settings.isVerbose ? .terminal : .nowhere)
        }
        let log = try AppendedLog(path)
        try log.write("\n\(command.description)\n# command: \(command.text)\n")
        let start = ContinuousClock.now
        let status = try await work(.file(log.descriptor))
        let seconds = (ContinuousClock.now - start).components.seconds
        try log.write(
            """

            # exit code: \(status)
            # elapsed time: \(Self.clock(seconds))
            \(String(repeating: "-", count: 64))

            """)
        return status
    }

    private static func clock(_ seconds: Int64) -> String {
        [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map { part in
            part < 10 ? "0\(part)" : "\(part)"
        }.joined(separator: ":")
    }

    /// Scripts that compare dkms's output name their packages so that no dots disturb them.
    private func dotTask() -> Task<Void, Never>? {
        let name = lastConf?.conf.name ?? request.module
        guard !settings.isVerbose, !(name.hasPrefix("dkms") && name.hasSuffix("_test")) else { return nil }
        let console = console
        return Task {
            while (try? await Task.sleep(for: .seconds(3))) != nil { console.begin(".") }
        }
    }
}

/// A log file that grows at its end.
struct AppendedLog: ~Copyable {
    let descriptor: FileDescriptor
    private let path: FilePath

    init(_ path: FilePath, isTruncated: Bool = false) throws(Diagnostic) {
        self.path = path
        descriptor = try Self.open(path, isTruncated: isTruncated)
    }

    private static func open(_ path: FilePath, isTruncated: Bool) throws(Diagnostic) -> FileDescriptor {
        do {
            return try FileDescriptor.open(
                path, .writeOnly,
                options: isTruncated
                    ? [.create, .truncate, .append, .closeOnExec] : [.create, .append, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead, .otherRead])
        } catch {
            throw .file("write", path, (error as? Errno) ?? .ioError)
        }
    }

    deinit { try? descriptor.close() }

    func write(_ text: String) throws(Diagnostic) {
        do {
            _ = try descriptor.writeAll(Array(text.utf8))
        } catch {
            throw .file("write", path, (error as? Errno) ?? .ioError)
        }
    }
}

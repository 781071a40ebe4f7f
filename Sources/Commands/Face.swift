import ArgumentParser
import Diagnostics
import Dispatch
import Glibc
import Terminal

/// The program as a whole: parses, runs the verb, and ends the process with its exit code.
package enum Face {
    /// Runs what the command line asks for and never returns.
    package static func run() -> Never {
        Task { exit(await status()) }
        // An asynchronous main would end this thread: its stack is unwound then, and the tables for that are read, which
        // takes more memory than a small package does.
        while true { pause() }
    }

    /// What the process is to end with.
    private static func status() async -> Int32 {
        // A reader of ours that goes away is noticed by the write, not by a signal.
        signal(SIGPIPE, SIG_IGN)
        let work = Task { await result() }
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                work.cancel()
                // A second one ends the process on the spot.
                signal(number, SIG_DFL)
            }
            source.resume()
            return source
        }
        let status = await work.value
        for source in sources { source.cancel() }
        return status
    }

    private static func result() async -> Int32 {
        let program = CommandLine.arguments.first ?? "mkdkms"
        let arguments = Array(CommandLine.arguments.dropFirst())
        let name = program.split(separator: "/").last.map(String.init) ?? program
        if EngineFace.isMeant(program: name, arguments) {
            return await EngineFace.run(program: program, arguments)
        }
        if let fault = emptyArgument(arguments) {
            UsageFault(fault, arguments: arguments).report()
            return ExitStatus.usage.rawValue
        }
        do {
            var command = try MkdkmsCommand.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return ExitStatus.success.rawValue
        } catch let code as ExitCode {
            return code.rawValue
        } catch {
            return explain(error)
        }
    }

    /// What is wrong with the first argument that says nothing; nil where all do.
    ///
    /// No option and no file is called so: a script has a variable that it didn't set.
    private static func emptyArgument(_ arguments: [String]) -> String? {
        guard let index = arguments.firstIndex(of: "") else { return nil }
        let before = index > 0 ? arguments[index - 1] : ""
        return before.hasPrefix("-")
            ? "the value of \(before) is empty" : "argument \(index + 1) of the command line is empty"
    }

    /// Prints help that was asked for on stdout, and wrong usage as a diagnostic.
    private static func explain(_ error: any Error) -> Int32 {
        let code = MkdkmsCommand.exitCode(for: error)
        if code == .success {
            do throws(Diagnostic) {
                try Output.standardOutput(MkdkmsCommand.message(for: error) + "\n")
                return ExitStatus.success.rawValue
            } catch {
                return error.status.rawValue
            }
        }
        UsageFault(MkdkmsCommand.message(for: error), arguments: Array(CommandLine.arguments.dropFirst()))
            .report()
        return ExitStatus.usage.rawValue
    }
}

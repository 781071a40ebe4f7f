import Diagnostics
import Glibc
import Lifecycle
import Terminal

/// The program as dkms: its command line, its texts on the two streams, its exit codes.
enum EngineFace {
    /// Whether a program of this name, with this command line, is the engine.
    static func isMeant(program: String, _ arguments: [String]) -> Bool {
        program == "dkms" || EngineGrammar.isForEngine(arguments)
    }

    /// Does what the command line asks for and returns the exit code.
    static func run(program: String, _ arguments: [String]) async -> Int32 {
        // What is made has to be readable by whoever builds against it.
        umask(0o022)
        let console = EngineConsole(
            standardOutput: { text in try? Output.standardOutput(text) },
            standardError: { text in Output.standardError(text) })
        var grammar = EngineGrammar(
            arguments, warn: { line in Output.standardError(line + "\n") }, silence: Output.silence)
        do throws(EngineStop) {
            switch try grammar.parse() {
            case .version:
                say(EngineVersion.text)
                return 0
            case .help:
                say(EngineUsage.text(program: program))
                return 0
            case .unknownOption(let option):
                console.report(EngineStop(2, "Unknown option: \(option)"))
                say(EngineUsage.text(program: program))
                return 2
            case .noAction:
                console.report(EngineStop(0, "Unknown action specified: \"\""))
                say(EngineUsage.text(program: program))
                return 0
            case .run(let request):
                var engine = try await Engine(request, console: console)
                if request.wantsJSON, request.action == .status { return await printStatus(engine) }
                return await engine.run()
            }
        } catch {
            console.report(error)
            return error.status
        }
    }

    private static func say(_ text: String) { try? Output.standardOutput(text + "\n") }

    private static func printStatus(_ engine: Engine) async -> Int32 {
        do throws(Diagnostic) {
            let document = StatusDocument(await engine.statuses())
            try JSONOutput.print(document, schema: "status", diagnostics: [])
            return 0
        } catch {
            MessagePrinter(isColored: false, isQuiet: false).print(error)
            return error.status.rawValue
        }
    }
}

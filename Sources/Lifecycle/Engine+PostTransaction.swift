import Diagnostics
import Streams
import SystemPackage
import Tools

extension Engine {
    /// Runs the command that framework.conf names for when modules have changed, its output in a log of its own.
    ///
    /// The command is read again here, since it may name `$kernelver`; its failure is said and fails nothing.
    func runPostTransaction() async throws(EngineStop) {
        guard settings.postTransaction?.isEmpty == false else { return }
        let log = tree.root.appending("post_transaction.log")
        let command = try await EngineSettings.postTransaction(kernel: builds.first.map(place))
        guard let command, !command.isEmpty else { return }
        do throws(Diagnostic) {
            _ = try AppendedLog(log, isTruncated: true)
        } catch {
            throw EngineStop(error)
        }
        let program = Program("bash", ["-c", command], environment: CallerEnvironment.all())
        let announced = Command(
            description: "Executing post-transaction command", text: command, log: log)
        _ = try await announce(announced) { (output) throws(Diagnostic) in
            try await program.attached(to: output)
        }
    }
}

import ArgumentParser
import Diagnostics
import Synchronization
import Terminal

/// A verb of mkdkms: parses, does one thing, and reports it as text or as one JSON document.
protocol Verb: AsyncParsableCommand {
    /// The `<verb>` in the document's schema, `mkdkms.<verb>/1`.
    static var schemaName: String { get }
    var talk: TalkOptions { get }
    /// Taken by every verb, for scripts that give all of them the same; listed by those whose work has steps.
    var progress: ProgressOptions { get }

    /// Does the work, telling `events` about it.
    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report
}

/// What a verb has to say when it is done.
struct Report {
    /// For stdout without `--json`.
    var text: String
    /// The document of `--json`.
    var document: any Encodable & Sendable
    /// What failed although the verb as a whole went through, such as one kernel of many.
    var failures: [Diagnostic] = []
    var status: ExitStatus = .success
}

extension Verb {
    func run() async throws {
        let printer = talk.printer
        let progress = Progress(
            progress.style(isQuiet: talk.quiet), isVerbose: progress.verbose, printer: printer)
        let warnings = Mutex<[Diagnostic]>([])
        var report: Report
        do throws(Diagnostic) {
            report = try await performWithSettings { event in
                // Every kernel's evaluation of one dkms.conf warns of the same things.
                if case .diagnostic(let diagnostic) = event {
                    let isNew = warnings.withLock { known in
                        guard !known.contains(diagnostic) else { return false }
                        known.append(diagnostic)
                        return true
                    }
                    guard isNew else { return }
                }
                progress.report(event)
            }
        } catch {
            report = Report(text: "", document: EmptyDocument(), failures: [error], status: error.status)
        }
        progress.end()
        for failure in report.failures { printer.print(failure) }
        do throws(Diagnostic) {
            if talk.json {
                let diagnostics = warnings.withLock { $0 } + report.failures
                try JSONOutput.print(report.document, schema: Self.schemaName, diagnostics: diagnostics)
            } else {
                try Output.standardOutput(report.text)
            }
        } catch {
            printer.print(error)
            throw ExitCode(error.status.rawValue)
        }
        if report.status != .success { throw ExitCode(report.status.rawValue) }
    }
}

/// The body of a document when nothing came of the work.
struct EmptyDocument: Encodable, Sendable {}

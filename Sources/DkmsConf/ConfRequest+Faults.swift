import Diagnostics
import Streams
import SystemPackage

/// What is wrong with files that bash could not read to their end.
extension ConfRequest {
    /// bash's first message, with the others beneath it.
    func syntaxFault(_ messages: [String]) -> Diagnostic {
        let faults = messages.map { message(of: $0).diagnostic(.error, "conf-syntax") }
        var fault =
            faults.first
            ?? .error("conf-syntax", "bash cannot parse the file", at: .init(file: files[0].string))
        let file = fault.location?.file ?? files[0].string
        fault.hint =
            "close what is open: quotes, brackets, if … fi, case … esac; bash -n \(file) says the same"
        fault.related = Array(faults.dropFirst())
        return fault
    }

    func exitFault(_ status: Int32, _ messages: [String]) -> Diagnostic {
        let messages = messages.map(message)
        // The file that bash spoke of last, else the one that says exit.
        let texts = files.map { file in
            ConfText((try? Files.readText(file)) ?? "", file: file.string)
        }
        let said = texts.map { $0.location(ofWord: "exit") }
        var fault = Diagnostic.error(
            "conf-exit", "the file ends the shell that reads it, with status \(status)",
            hint: "remove exit, set -e and set -u from it: dkms sources the file into itself",
            at: said.first { $0.line != nil } ?? said.first)
        fault.related = messages.map { $0.diagnostic(.note, "conf-message") }
        if let last = messages.last, let line = last.line {
            fault.location = .init(file: last.file, line: line)
        }
        return fault
    }

    /// A line of bash's with the file that it names; the first file where it names none.
    func message(of line: String) -> ConfMessage {
        let file = files.first { line.hasPrefix("\($0): line ") } ?? files[0]
        return ConfMessage(line, file: file.string)
    }
}

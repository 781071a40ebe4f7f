import Diagnostics

/// A line that bash, or a program started by the file, printed to its standard error.
struct ConfMessage {
    let text: String
    let file: String
    /// The line that bash names; nil where the message is not bash's.
    let line: Int?

    /// bash begins its messages with the file's path, `: line `, the number and a colon.
    init(_ message: String, file: String) {
        self.file = file
        let prefix = "\(file): line "
        let rest = message.dropFirst(prefix.count)
        if message.hasPrefix(prefix), let colon = rest.firstIndex(of: ":"), let line = Int(rest[..<colon]) {
            self.line = line
            text = String(rest[rest.index(after: colon)...].drop { $0 == " " })
        } else {
            line = nil
            text = message
        }
    }

    /// Whether it is only about the carriage return of an otherwise empty line of a CRLF file.
    var isAboutCarriageReturn: Bool { text.hasPrefix(#"$'\r'"#) }

    func diagnostic(_ severity: Diagnostic.Severity, _ code: Diagnostic.Code) -> Diagnostic {
        Diagnostic(severity, code, "bash says: \(text)", at: .init(file: file, line: line))
    }
}

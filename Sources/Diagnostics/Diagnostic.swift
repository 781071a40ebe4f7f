/// What went wrong or deserves notice, where, and what to do next.
///
/// The one error type of the project: every throwing function throws it, every message that a user sees is
/// one. Faults that the user can fix together are thrown as one diagnostic with `related` ones beneath it.
package struct Diagnostic: Error, Hashable, Sendable {
    package enum Severity: String, Hashable, Sendable {
        case error, warning, note
    }

    /// A stable kebab-case name of the fault, such as `no-kernel-headers`: documented, greppable, never reused.
    package struct Code: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
        package let name: String

        package init(_ name: String) { self.name = name }
        package init(stringLiteral name: String) { self.name = name }
        package var description: String { name }
    }

    /// A place in a file that the user can open.
    package struct Location: Hashable, Sendable {
        package var file: String
        /// Counted from 1; nil where the whole file is meant.
        package var line: Int?

        package init(file: String, line: Int? = nil) {
            self.file = file
            self.line = line
        }
    }

    package var severity: Severity
    package var code: Code
    /// One sentence without a final full stop: what happened, to what.
    package var message: String
    /// What to do next, as an instruction.
    package var hint: String?
    package var location: Location?
    /// The single faults behind this one, each printed below it.
    package var related: [Diagnostic]
    /// What the process ends with when this diagnostic ends it.
    package var status: ExitStatus

    package init(
        _ severity: Severity, _ code: Code, _ message: String, hint: String? = nil,
        at location: Location? = nil,
        related: [Diagnostic] = [], status: ExitStatus = .failure
    ) {
        self.severity = severity
        self.code = code
        self.message = message
        self.hint = hint
        self.location = location
        self.related = related
        self.status = status
    }

    package static func error(
        _ code: Code, _ message: String, hint: String? = nil, at location: Location? = nil,
        related: [Diagnostic] = [], status: ExitStatus = .failure
    ) -> Diagnostic {
        Diagnostic(.error, code, message, hint: hint, at: location, related: related, status: status)
    }

    package static func warning(
        _ code: Code, _ message: String, hint: String? = nil, at location: Location? = nil
    ) -> Diagnostic {
        Diagnostic(.warning, code, message, hint: hint, at: location)
    }

    /// The task was cancelled: by Ctrl-C, or because its results are no longer wanted.
    package static var interrupted: Diagnostic { .error("interrupted", "interrupted", status: .interrupted) }

    /// The same fault at a place, where it has none of its own.
    package func located(at place: Location?) -> Diagnostic {
        var copy = self
        copy.location = location ?? place
        return copy
    }

    /// The same for a fault of one code alone; any other stays as it is.
    package func located(at place: Location?, ifIts code: Code) -> Diagnostic {
        self.code == code ? located(at: place) : self
    }

    /// The same fault seen from a stage further out: "reading foo.deb: the data member is cut off".
    package func during(_ activity: String) -> Diagnostic {
        var copy = self
        copy.message = "\(activity): \(message)"
        return copy
    }
}

/// The exit codes of mkdkms's own verbs (interface.md, "Own verbs: common rules").
package enum ExitStatus: Int32, Sendable {
    case success = 0
    case failure = 1
    case findings = 2
    case usage = 64
    case excluded = 77
    case interrupted = 130
}

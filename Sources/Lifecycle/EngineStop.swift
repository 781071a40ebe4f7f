package import Diagnostics

/// Why an action ends before its end, in dkms's words and with its exit code (dkms 3.4.3, `die` and `diewarn`).
///
/// A type of its own beside ``Diagnostic``, because scripts depend on these texts and numbers to the letter.
package struct EngineStop: Error, Hashable, Sendable {
    package enum Form: Hashable, Sendable {
        /// An empty line and `Error! `.
        case error
        /// `Warning: `.
        case warning
        /// Everything was said already.
        case silent
    }

    package let status: Int32
    package let form: Form
    package let lines: [String]

    package init(_ status: Int32, _ lines: String...) {
        self.status = status
        form = .error
        self.lines = lines
    }

    package static func warning(_ status: Int32, _ lines: String...) -> EngineStop {
        EngineStop(status, .warning, lines)
    }

    package static func silent(_ status: Int32) -> EngineStop { EngineStop(status, .silent, []) }

    /// A fault that dkms has no words for, such as a disk that is full.
    package init(_ diagnostic: Diagnostic, status: Int32? = nil) {
        let hint = diagnostic.hint.map { [$0] } ?? []
        let related = diagnostic.related.map(\.message)
        self.init(
            status ?? diagnostic.status.rawValue, .error,
            ["\(diagnostic.message) [\(diagnostic.code)]"] + related + hint)
    }

    /// The same with one more line.
    func adding(_ line: String?) -> EngineStop {
        EngineStop(status, form, lines + (line.map { [$0] } ?? []))
    }

    private init(_ status: Int32, _ form: Form, _ lines: [String]) {
        self.status = status
        self.form = form
        self.lines = lines
    }
}

/// Does work of the lower rooms, whose faults end the action.
func stopping<Value: ~Copyable>(
    status: Int32? = nil, _ work: () throws(Diagnostic) -> Value
) throws(EngineStop) -> Value {
    do throws(Diagnostic) {
        return try work()
    } catch {
        throw EngineStop(error, status: status)
    }
}

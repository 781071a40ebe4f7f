/// What a stage tells the outside while it works; the terminal, JSON or a test listens.
package enum WorkEvent: Sendable {
    /// A step of this name began, such as "building hello 1.5.0 for 6.1.0-56-amd64".
    case started(step: String)
    /// Bytes that a program of the step printed, whole lines where the program printed whole lines.
    case output(step: String, bytes: [UInt8])
    /// The step ended; `detail` is a short word for the user, such as "built" or "failed".
    case finished(step: String, detail: String)
    /// A warning or note; errors are thrown instead.
    case diagnostic(Diagnostic)
}

/// Takes the events of concurrent stages, from any thread, without blocking for long.
package typealias WorkSink = @Sendable (WorkEvent) -> Void

/// What reading the files of a ``ConfRequest`` came to.
package struct ConfReading: Sendable {
    package let values: ConfValues
    package let evaluator: DkmsConf.Evaluator
    /// The lines that bash, or a program started by a file, printed to its standard error.
    package let messages: [String]
}

import Glibc

/// The two streams of the process: results on stdout, talk on stderr.
package enum Output {
    package static func standardOutput(_ text: String) { write(text, to: STDOUT_FILENO) }
    package static func standardError(_ text: String) { write(text, to: STDERR_FILENO) }

    package static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Writes it all; a reader that went away is not an error of ours.
    private static func write(_ text: String, to descriptor: CInt) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 {
                if errno == EINTR { continue }
                return
            }
            rest = rest.dropFirst(count)
        }
    }
}

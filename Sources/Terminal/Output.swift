package import Diagnostics
import Glibc
import SystemPackage

/// The two streams of the process: results on stdout, talk on stderr.
package enum Output {
    /// Writes results.
    ///
    /// - Throws: `output-lost` when not all of it could be written; a reader that went away is not an error of ours.
    package static func standardOutput(_ text: String) throws(Diagnostic) {
        guard let error = write(text, to: STDOUT_FILENO), error != EPIPE else { return }
        throw .error(
            "output-lost", "the results could not be written to stdout: \(Errno(rawValue: error))",
            hint: "check where stdout goes; the artifacts themselves are written")
    }

    /// Writes talk; where it cannot be written there is nobody to tell.
    package static func standardError(_ text: String) { _ = write(text, to: STDERR_FILENO) }

    /// From now on nothing is shown, neither by this process nor by those that it starts.
    package static func silence() {
        let null = unsafe open("/dev/null", O_WRONLY | O_CLOEXEC)
        guard null >= 0 else { return }
        dup2(null, STDOUT_FILENO)
        dup2(null, STDERR_FILENO)
        close(null)
    }

    package static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Writes it all; returns the error that ended it early.
    private static func write(_ text: String, to descriptor: CInt) -> CInt? {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 {
                if errno == EINTR { continue }
                return errno
            }
            rest = rest.dropFirst(count)
        }
        return nil
    }
}

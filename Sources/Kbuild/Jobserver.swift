package import Diagnostics
import Glibc
import Streams
package import SystemPackage

/// The pool of tokens that all makes of a run share (GNU make manual, "Sharing Job Slots").
///
/// Every make that runs has one slot of its own, so `jobs` slots are `makes` running ones and the rest as tokens
/// in a FIFO. Descriptor numbers instead of `fifo:`, because make before 4.4 knows nothing else.
package struct Jobserver: ~Copyable {
    /// The descriptor number under which makes find the FIFO.
    package static let descriptorNumber = 9

    package let fifo: FilePath
    /// Held open so that tokens outlive every make.
    private let descriptor: FileDescriptor

    package init(in folder: FilePath, jobs: Int, makes: Int) throws(Diagnostic) {
        let fifo = folder.appending("jobs")
        do {
            guard unsafe fifo.withPlatformString({ unsafe mkfifo($0, 0o600) }) == 0 else {
                throw Errno(rawValue: errno)
            }
            descriptor = try FileDescriptor.open(fifo, .readWrite, options: [.nonBlocking, .closeOnExec])
        } catch {
            throw .file("create", fifo, (error as? Errno) ?? .ioError)
        }
        self.fifo = fifo
        for _ in 0..<max(0, jobs - makes) { addToken() }
    }

    deinit { try? descriptor.close() }

    /// Frees the slot of a make that has ended with none waiting to follow it.
    package borrowing func addToken() {
        _ = try? descriptor.writeAll([UInt8(ascii: "+")])
    }

    /// `MAKEFLAGS` for a make that is to share the pool and see `overrides` as command line variables.
    package static func makeFlags(overrides: [String]) -> String {
        let pool = " -j --jobserver-auth=\(descriptorNumber),\(descriptorNumber)"
        return overrides.isEmpty ? pool : pool + " -- " + overrides.joined(separator: " ")
    }
}

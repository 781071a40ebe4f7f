import Diagnostics
import Glibc
import Kernels
import Streams
package import SystemPackage
import Tools

/// Keeps a build from writing into the kernel's headers.
///
/// A Makefile with an empty `M=` makes kbuild treat the header tree as the kernel to build. Where mount namespaces are
/// allowed the headers are read-only to the build; elsewhere they are compared afterwards.
package enum HeaderProtection: Sendable {
    case readOnly(unshare: [String])
    case compared

    /// Binds each folder onto itself read-only, which mount(8) does in one go since util-linux 2.27, and becomes the
    /// command; `$1` is the jobserver's FIFO, `$2` the count.
    private static let script = """
        exec 9<>"$1" || exit 125
        count=$2
        shift 2
        while [ "$count" -gt 0 ]; do
            mount -o bind,ro "$1" "$1" || exit 125
            shift
            count=$((count - 1))
        done
        exec "$@"
        """

    /// Finds out, once a run, what this machine allows.
    package static func available() async -> HeaderProtection {
        for options in geteuid() == 0 ? [["-m"]] : [["-U", "-r", "-m"]] {
            let attempt = Program("unshare", options + ["mount", "--bind", "/", "/"])
            if let outcome = try? await attempt.capture(), outcome.status == 0 {
                return .readOnly(unshare: options)
            }
        }
        return .compared
    }

    /// `command` so that it finds the jobserver and, where possible, read-only headers.
    ///
    /// Without a jobserver of ours the descriptor for it leads nowhere.
    package func wrap(
        _ command: [String], jobserver: FilePath = "/dev/null", headers: [FilePath]
    ) -> (name: String, arguments: [String]) {
        switch self {
        case .readOnly(let options):
            let folders = headers.map(\.string)
            let arguments = ["/bin/sh", "-c", Self.script, "sh", jobserver.string, "\(folders.count)"]
            return ("unshare", options + arguments + folders + command)
        case .compared:
            return ("/bin/sh", ["-c", Self.script, "sh", jobserver.string, "0"] + command)
        }
    }

    /// A value that differs when any file beneath the folders was added, removed or written; 0 where nothing can be.
    package func fingerprint(_ headers: [FilePath]) -> Int {
        guard case .compared = self else { return 0 }
        var hasher = Hasher()
        for folder in headers { Self.combine(folder, into: &hasher) }
        return hasher.finalize()
    }

    private static func combine(_ folder: FilePath, into hasher: inout Hasher) {
        for name in (try? Files.names(in: folder)) ?? [] {
            let path = folder.appending(name)
            guard let status = try? Files.status(path) else { continue }
            hasher.combine(name)
            hasher.combine(status.size)
            hasher.combine(status.modified)
            hasher.combine(status.inode)
            if status.kind == .directory { combine(path, into: &hasher) }
        }
    }
}

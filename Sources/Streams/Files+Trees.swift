import CLinux
package import Diagnostics
import Glibc
package import SystemPackage

extension Files {
    /// Copies what is in a folder into another, as `cp -a` does: links as links, times and permissions kept, but for those
    /// of the folder itself; files that are there already are replaced, devices, sockets and pipes left out.
    package static func copyTree(_ source: FilePath, to target: FilePath) throws(Diagnostic) {
        do throws(Errno) {
            try makeDirectories(target)
            for entry in try entries(in: source) {
                try copyEntry(entry.kind, source.appending(entry.name), to: target.appending(entry.name))
            }
        } catch {
            throw .file("copy", source, error)
        }
    }

    private static func copyEntry(_ kind: Kind, _ source: FilePath, to target: FilePath) throws(Errno) {
        let status = try status(source)
        switch kind {
        case .directory:
            try makeDirectories(target)
            for entry in try entries(in: source) {
                try copyEntry(entry.kind, source.appending(entry.name), to: target.appending(entry.name))
            }
            try setPermissions(target, status.permissions)
        case .symbolicLink:
            if exists(target) { try remove(target) }
            try makeSymbolicLink(target, to: try readLink(source))
            return
        case .regular:
            try copyContents(source, to: target, permissions: status.permissions)
        case .other: return
        }
        try setModified(target, status.modified, status.modifiedNanoseconds)
    }

    /// The kernel copies, sharing the blocks where the file system can.
    private static func copyContents(
        _ source: FilePath, to target: FilePath, permissions: UInt16
    ) throws(Errno) {
        if exists(target) { try remove(target) }
        let input = try open(source)
        defer { try? input.close() }
        let output: FileDescriptor
        do {
            output = try FileDescriptor.open(
                target, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: FilePermissions(rawValue: CModeT(permissions)))
        } catch {
            throw (error as? Errno) ?? .ioError
        }
        defer { try? output.close() }
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let copied = linux_copy_file_range(input.rawValue, output.rawValue, 1 << 30)
            if copied == 0 { break }
            if copied > 0 || errno == EINTR { continue }
            // Not every file system offers that, nor across two of them.
            guard
                errno == EXDEV || errno == EINVAL || errno == EPERM || errno == ENOSYS || errno == EOPNOTSUPP
            else {
                throw Errno(rawValue: errno)
            }
            let count = try read(input, into: &chunk)
            if count == 0 { break }
            do {
                _ = try output.writeAll(chunk[..<count])
            } catch {
                throw (error as? Errno) ?? .ioError
            }
        }
        try setPermissions(target, permissions)
    }
}

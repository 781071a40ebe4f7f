import CLinux
package import Diagnostics
import Glibc
package import SystemPackage

/// Moves and copies that leave a whole file under the target's name, or the one that was there before.
extension Files {
    /// A name in a folder with what it stands for, links not followed.
    package struct Entry: Sendable {
        package let name: String
        package let kind: Kind
    }

    /// The names in a folder with their kinds, sorted by their bytes, without a system call per name where the file
    /// system tells the kinds.
    package static func entries(in folder: FilePath) throws(Errno) -> [Entry] {
        guard let stream = unsafe folder.withPlatformString({ unsafe opendir($0) }) else {
            throw Errno(rawValue: errno)
        }
        defer { unsafe closedir(stream) }
        var entries: [Entry] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                // The end, or a fault that would pass for it.
                guard errno == 0 else { throw Errno(rawValue: errno) }
                break
            }
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            let kind: Kind =
                switch unsafe Int(entry.pointee.d_type) {
                case DT_DIR: .directory
                case DT_REG: .regular
                case DT_LNK: .symbolicLink
                case DT_UNKNOWN: try status(folder.appending(name)).kind
                default: .other
                }
            entries.append(Entry(name: name, kind: kind))
        }
        return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// Removes an empty folder.
    package static func removeFolder(_ path: FilePath) throws(Errno) {
        guard unsafe path.withPlatformString({ unsafe rmdir($0) }) == 0 else {
            throw Errno(rawValue: errno)
        }
    }

    /// Opens a file for flock(2), making it where it is missing; children don't inherit it.
    package static func openForLocking(_ path: FilePath) throws(Errno) -> FileDescriptor {
        do {
            return try FileDescriptor.open(
                path, .readWrite, options: [.create, .closeOnExec], permissions: [.ownerReadWrite])
        } catch {
            throw (error as? Errno) ?? .ioError
        }
    }

    /// Whether a path leads to the very file that a descriptor is open on.
    package static func isOpen(_ path: FilePath, _ descriptor: FileDescriptor) -> Bool {
        var raw = stat()
        guard unsafe fstat(descriptor.rawValue, &raw) == 0, let status = try? status(path) else {
            return false
        }
        return status.inode == UInt64(raw.st_ino) && status.device == UInt64(raw.st_dev)
    }

    /// Copies a file with its permissions and time, making the folders above it.
    package static func copyWhole(_ source: FilePath, to target: FilePath) throws(Diagnostic) {
        let status: Status
        do throws(Errno) {
            status = try Self.status(source, following: true)
            try makeDirectories(target.removingLastComponent())
        } catch {
            throw .file("copy", source, error)
        }
        var file = try OutputFile(target, mode: status.permissions)
        try file.write(try read(source))
        try file.commit()
        try? setModified(target, status.modified)
    }

    /// Moves a file, also to another file system, making the folders above its new place.
    package static func moveWhole(_ source: FilePath, to target: FilePath) throws(Diagnostic) {
        do throws(Errno) {
            try makeDirectories(target.removingLastComponent())
            try rename(source, to: target)
        } catch {
            guard error == .improperLink else { throw .file("move", source, error) }
            try copyWhole(source, to: target)
            try removeFile(source)
        }
    }

    /// Makes a symbolic link in place of whatever has its name, in one step.
    package static func replaceWithLink(_ path: FilePath, to target: String) throws(Diagnostic) {
        let temporary = partial(of: path)
        do throws(Errno) {
            try makeSymbolicLink(temporary, to: target)
            try rename(temporary, to: path)
        } catch {
            try? remove(temporary)
            throw .file("link", path, error)
        }
    }

    /// Swaps two folders: in one step where the file system can, so that one of them is always there; else by way of
    /// `aside`, with everything as it was after a failure.
    package static func swap(_ first: FilePath, _ second: FilePath, aside: FilePath) throws(Errno) {
        do throws(Errno) {
            try exchange(first, second)
        } catch {
            // A file system that knows no exchange, or a container's layers, which rename no folders of theirs.
            guard [.invalidArgument, .noFunction, .improperLink, .notSupported].contains(error) else {
                throw error
            }
            try moveTree(second, to: aside)
            do throws(Errno) {
                try moveTree(first, to: second)
            } catch {
                try moveTree(aside, to: second)
                throw error
            }
            try moveTree(aside, to: first)
        }
    }

    /// Renames a folder; where the file system refuses, copies it and removes the old one.
    package static func moveTree(_ folder: FilePath, to target: FilePath) throws(Errno) {
        do throws(Errno) {
            try rename(folder, to: target)
        } catch {
            guard error == .improperLink else { throw error }
            do throws(Diagnostic) {
                try copyTree(folder, to: target)
            } catch {
                try? removeTree(target)
                throw .ioError
            }
            try removeTree(folder)
        }
    }

    private static func exchange(_ first: FilePath, _ second: FilePath) throws(Errno) {
        let result = unsafe first.withPlatformString { one in
            unsafe second.withPlatformString { other in unsafe linux_exchange(one, other) }
        }
        guard result == 0 else { throw Errno(rawValue: errno) }
    }
}

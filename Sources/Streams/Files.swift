package import Diagnostics
package import SystemPackage

import Glibc

/// The few file system calls that swift-system lacks, each as it is in POSIX, with `Errno` for errors.
package enum Files {
    /// What a name in a folder stands for, symbolic links not followed.
    package enum Kind: Sendable { case regular, directory, symbolicLink, other }

    package struct Status: Sendable {
        package let kind: Kind
        package let permissions: UInt16
        package let size: Int64
        /// Whole seconds since 1970, UTC.
        package let modified: Int64
        /// The rest of that second; make compares it.
        package let modifiedNanoseconds: Int
        package let owner: UInt32
        package let device: UInt64
        package let inode: UInt64
    }

    package static func status(_ path: FilePath, following: Bool = false) throws(Errno) -> Status {
        var raw = stat()
        let result = unsafe path.withPlatformString {
            following ? unsafe stat($0, &raw) : unsafe lstat($0, &raw)
        }
        guard result == 0 else { throw Errno(rawValue: errno) }
        let kind: Kind =
            switch raw.st_mode & 0o170000 {
            case 0o100000: .regular
            case 0o040000: .directory
            case 0o120000: .symbolicLink
            default: .other
            }
        return Status(
            kind: kind, permissions: UInt16(raw.st_mode & 0o7777), size: Int64(raw.st_size),
            modified: Int64(raw.st_mtim.tv_sec), modifiedNanoseconds: Int(raw.st_mtim.tv_nsec),
            owner: raw.st_uid, device: UInt64(raw.st_dev),
            inode: UInt64(raw.st_ino))
    }

    /// Whether anything, even a dangling link, has this name.
    package static func exists(_ path: FilePath) -> Bool { (try? status(path)) != nil }

    /// Whether the path leads to a folder, through links.
    package static func isDirectory(_ path: FilePath) -> Bool {
        (try? status(path, following: true))?.kind == .directory
    }

    /// Whether the path leads to a regular file, through links.
    package static func isRegularFile(_ path: FilePath) -> Bool {
        (try? status(path, following: true))?.kind == .regular
    }

    /// The names in a folder without `.` and `..`, sorted by their bytes.
    package static func names(in folder: FilePath) throws(Errno) -> [String] {
        try entries(in: folder).map(\.name)
    }

    package static func makeDirectory(_ path: FilePath, mode: UInt16 = 0o755) throws(Errno) {
        try call { unsafe path.withPlatformString { unsafe mkdir($0, mode_t(mode)) } }
    }

    /// Makes `path` and what is missing above it; a folder that is there already is fine.
    package static func makeDirectories(_ path: FilePath) throws(Errno) {
        if isDirectory(path) { return }
        if !path.removingLastComponent().isEmpty { try makeDirectories(path.removingLastComponent()) }
        do throws(Errno) {
            try makeDirectory(path)
        } catch {
            // Another process may have been first.
            guard error == .fileExists, isDirectory(path) else { throw error }
        }
    }

    package static func makeSymbolicLink(_ path: FilePath, to target: String) throws(Errno) {
        try call { unsafe path.withPlatformString { unsafe symlink(target, $0) } }
    }

    package static func readLink(_ path: FilePath) throws(Errno) -> String {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                guard let start = characters.baseAddress else { return -1 }
                return unsafe path.withPlatformString { unsafe readlink($0, start, characters.count) }
            }
        }
        guard count >= 0 else { throw Errno(rawValue: errno) }
        return String(decoding: buffer[..<count], as: UTF8.self)
    }

    /// The absolute path without links; every component has to exist.
    package static func canonical(_ path: FilePath) throws(Errno) -> FilePath {
        guard let resolved = unsafe path.withPlatformString({ unsafe realpath($0, nil) }) else {
            throw Errno(rawValue: errno)
        }
        defer { unsafe free(resolved) }
        return unsafe FilePath(platformString: resolved)
    }

    package static func setPermissions(_ path: FilePath, _ mode: UInt16) throws(Errno) {
        try call { unsafe path.withPlatformString { unsafe chmod($0, mode_t(mode)) } }
    }

    /// Sets both times of a file, in seconds since 1970.
    package static func setModified(_ path: FilePath, _ seconds: Int64, _ nanoseconds: Int = 0) throws(Errno)
    {
        let time = timespec(tv_sec: Int(seconds), tv_nsec: nanoseconds)
        let times = [time, time]
        try call {
            unsafe path.withPlatformString { name in
                unsafe times.withUnsafeBufferPointer { unsafe utimensat(AT_FDCWD, name, $0.baseAddress, 0) }
            }
        }
    }

    package static func rename(_ path: FilePath, to target: FilePath) throws(Errno) {
        try call {
            unsafe path.withPlatformString { from in
                unsafe target.withPlatformString { unsafe Glibc.rename(from, $0) }
            }
        }
    }

    package static func remove(_ path: FilePath) throws(Errno) {
        try call { unsafe path.withPlatformString { unsafe unlink($0) } }
    }

    /// Removes a folder and all beneath it without following links; absent is fine.
    package static func removeTree(_ path: FilePath) throws(Errno) {
        guard let status = try? status(path) else { return }
        guard status.kind == .directory else { return try remove(path) }
        if status.permissions & 0o700 != 0o700 { try setPermissions(path, 0o700) }
        for name in try names(in: path) { try removeTree(path.appending(name)) }
        try call { unsafe path.withPlatformString { unsafe rmdir($0) } }
    }

    package static func sync(_ descriptor: FileDescriptor) throws(Errno) {
        try call { fsync(descriptor.rawValue) }
    }

    /// The whole content of a file.
    package static func read(_ path: FilePath) throws(Diagnostic) -> [UInt8] {
        do throws(Errno) {
            return try contents(path)
        } catch {
            throw .file("read", path, error)
        }
    }

    /// The whole content as text; bytes that are not UTF-8 become replacement characters.
    package static func readText(_ path: FilePath) throws(Diagnostic) -> String {
        String(decoding: try read(path), as: UTF8.self)
    }

    /// Writes a small file in one step, unsynced; artifacts go through ``OutputFile`` instead.
    package static func write(_ bytes: [UInt8], to path: FilePath, mode: UInt16 = 0o644) throws(Diagnostic) {
        var file = try OutputFile(path, mode: mode)
        try file.write(bytes)
        try file.commit(syncing: false)
    }

    package static func contents(_ path: FilePath) throws(Errno) -> [UInt8] {
        let descriptor = try open(path)
        defer { try? descriptor.close() }
        let size = size(descriptor)
        var content = [UInt8]()
        if size > 1 << 20 { content.reserveCapacity(Int(size)) }
        var chunk = [UInt8](repeating: 0, count: size > 0 ? Int(min(size, 1 << 20)) : 4096)
        while true {
            let count = try read(descriptor, into: &chunk)
            if count == 0 { return content }
            // What is read whole in one go is most files' whole content; files of /proc say that they are empty.
            if Int64(count) == size, content.isEmpty { return chunk }
            content.append(contentsOf: chunk[..<count])
        }
    }

    /// The size of an open file; 0 where it has none.
    package static func size(_ descriptor: FileDescriptor) -> Int64 {
        var raw = stat()
        return unsafe fstat(descriptor.rawValue, &raw) == 0 ? Int64(raw.st_size) : 0
    }

    /// Reads at most a chunk; 0 at the end.
    package static func read(_ descriptor: FileDescriptor, into chunk: inout [UInt8]) throws(Errno) -> Int {
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor.rawValue, $0.baseAddress, $0.count)
            }
            if count >= 0 { return count }
            guard errno == EINTR else { throw Errno(rawValue: errno) }
        }
    }

    package static func open(_ path: FilePath) throws(Errno) -> FileDescriptor {
        do {
            return try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        } catch {
            throw (error as? Errno) ?? .ioError
        }
    }

    private static func call(_ body: () -> CInt) throws(Errno) {
        while body() != 0 {
            guard errno == EINTR else { throw Errno(rawValue: errno) }
        }
    }
}

import Diagnostics
import Glibc
import Streams
import SystemPackage

/// An open descriptor that closes itself.
struct OpenFile: ~Copyable {
    let descriptor: CInt

    deinit { close(descriptor) }

    func write(_ bytes: Span<UInt8>) throws(Errno) {
        do {
            _ = try unsafe bytes.withUnsafeBufferPointer {
                try unsafe FileDescriptor(rawValue: descriptor).writeAll(UnsafeRawBufferPointer($0))
            }
        } catch {
            throw (error as? Errno) ?? .ioError
        }
    }
}

/// What has been made beneath the folder of an extraction, and the folder that was used last, still open.
struct ExtractionTree: ~Copyable {
    private enum Kind { case file, directory, link }

    private let path: FilePath
    private let root: OpenFile
    private let limit: Int
    private var kinds: [String: Kind] = [:]
    private var folderTimes: [(path: String, modified: Int64)] = []
    private var currentPath = ""
    private var current: OpenFile?

    init(_ path: FilePath, limit: Int) throws(Diagnostic) {
        let descriptor = unsafe path.withPlatformString {
            unsafe open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
        guard descriptor >= 0 else { throw .file("open", path, Errno(rawValue: errno)) }
        self.path = path
        self.limit = limit
        root = OpenFile(descriptor: descriptor)
    }

    mutating func makeFolder(_ path: String, modified: Int64) throws(Diagnostic) {
        try claim(path, .directory)
        try enter(path)
        folderTimes.append((path, modified))
    }

    mutating func makeFile(_ path: String) throws(Diagnostic) -> OpenFile {
        let (folder, name) = try place(path, .file)
        let descriptor = unsafe openat(
            folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600 as mode_t)
        guard descriptor >= 0 else { throw failure("create", path) }
        return OpenFile(descriptor: descriptor)
    }

    func finish(_ file: borrowing OpenFile, _ path: String, _ member: ArchiveMember) throws(Diagnostic) {
        let mode: mode_t = member.permissions & 0o111 == 0 ? 0o644 : 0o755
        let times = Self.times(member.modified)
        guard fchmod(file.descriptor, mode) == 0, unsafe futimens(file.descriptor, times) == 0 else {
            throw failure("write", path)
        }
    }

    mutating func makeLink(_ path: String, to target: String, modified: Int64) throws(Diagnostic) {
        try Self.check(target: target, of: path)
        let (folder, name) = try place(path, .link)
        guard unsafe symlinkat(target, folder, name) == 0,
            unsafe utimensat(folder, name, Self.times(modified), AT_SYMLINK_NOFOLLOW) == 0
        else { throw failure("create", path) }
    }

    mutating func makeHardLink(_ path: String, to target: String) throws(Diagnostic) {
        let member = ArchiveMember(path: target, kind: .file, permissions: 0, modified: 0, size: 0)
        guard let source = member.relativePath, kinds[source] == .file else {
            throw ArchiveExtraction.unsafe(
                path, "is a hard link to \(target), which is no file of the archive")
        }
        if source == path { return }
        try enter(Self.split(source).parent)
        let sourceFolder = dup(current?.descriptor ?? root.descriptor)
        guard sourceFolder >= 0 else { throw failure("create", path) }
        let holder = OpenFile(descriptor: sourceFolder)
        let (folder, name) = try place(path, .file)
        guard unsafe linkat(holder.descriptor, Self.split(source).name, folder, name, 0) == 0 else {
            throw failure("create", path)
        }
    }

    /// Gives the folders their times, which making files in them has changed.
    mutating func setFolderTimes() throws(Diagnostic) {
        for (path, modified) in folderTimes {
            try enter(path)
            guard unsafe futimens(current?.descriptor ?? root.descriptor, Self.times(modified)) == 0 else {
                throw failure("write", path)
            }
        }
    }

    /// Notes that `path` is to be a `kind`.
    private mutating func claim(_ path: String, _ kind: Kind) throws(Diagnostic) {
        if let earlier = kinds[path] {
            guard earlier == kind else {
                throw ArchiveExtraction.unsafe(path, "is there twice, with two types")
            }
            return
        }
        guard kinds.count < limit else {
            throw ArchiveExtraction.unsafe(path, "is one too many; the limit is \(limit)")
        }
        kinds[path] = kind
    }

    /// Makes room for a file or link: its open folder and its name in it, an earlier one removed.
    private mutating func place(_ path: String, _ kind: Kind) throws(Diagnostic) -> (CInt, String) {
        let isAgain = kinds[path] != nil
        try claim(path, kind)
        let (parent, name) = Self.split(path)
        try enter(parent)
        let folder = current?.descriptor ?? root.descriptor
        if isAgain, unsafe unlinkat(folder, name, 0) != 0 { throw failure("replace", path) }
        return (folder, name)
    }

    /// Opens the folder `path` as ``current``, making what is missing, through no link.
    private mutating func enter(_ path: String) throws(Diagnostic) {
        if path == currentPath { return }
        current = nil
        currentPath = ""
        var walked = ""
        for component in path.split(separator: "/") {
            walked = walked.isEmpty ? String(component) : walked + "/" + component
            try claim(walked, .directory)
            let above = current?.descriptor ?? root.descriptor
            let name = String(component)
            if unsafe mkdirat(above, name, 0o755) != 0, errno != EEXIST { throw failure("create", walked) }
            let descriptor = unsafe openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else {
                if errno == ELOOP || errno == ENOTDIR {
                    throw ArchiveExtraction.unsafe(walked, "goes through what is no folder")
                }
                throw failure("open", walked)
            }
            current = OpenFile(descriptor: descriptor)
        }
        currentPath = path
    }

    /// Refuses a target that is absolute or climbs out of the folder.
    ///
    /// `..` is allowed only at the start, where it goes up through real folders; behind a name, which may itself be
    /// a link, nobody can tell where it leads.
    private static func check(target: String, of path: String) throws(Diagnostic) {
        let components = target.utf8.split(separator: UInt8(ascii: "/"))
        let depth = path.utf8.split(separator: UInt8(ascii: "/")).count - 1
        let climbs = components.prefix { $0.elementsEqual("..".utf8) }.count
        let climbsLater = components.dropFirst(climbs).contains { $0.elementsEqual("..".utf8) }
        guard !target.isEmpty, target.utf8.first != UInt8(ascii: "/"), climbs <= depth, !climbsLater else {
            throw ArchiveExtraction.unsafe(path, "is a link that leads outside, to \(target)")
        }
    }

    private static func split(_ path: String) -> (parent: String, name: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", path) }
        return (String(path[..<slash]), String(path[path.utf8.index(after: slash)...]))
    }

    private static func times(_ modified: Int64) -> [timespec] {
        let time = timespec(tv_sec: Int(modified), tv_nsec: 0)
        return [time, time]
    }

    private func failure(_ verb: String, _ name: String) -> Diagnostic {
        .file(verb, path.appending(name), Errno(rawValue: errno))
    }
}

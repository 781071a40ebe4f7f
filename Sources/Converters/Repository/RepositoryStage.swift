import Diagnostics
import Glibc
import Streams
import SystemPackage

/// What is about to become part of a folder.
///
/// It is made in a folder of its own beside the others, and each file takes its place by a rename when all of them are whole.
/// Dropped before that, it leaves the folder as it was. One run at a time has a stage in a folder: the lists of each name the
/// packages of the other.
struct RepositoryStage: ~Copyable {
    /// Where it is made, by the names of the places.
    let path: FilePath
    private let target: FilePath
    /// The folder itself, which carries the lock.
    private let lock: FileDescriptor

    /// Makes the stage, and removes those that killed runs have left.
    ///
    /// - Throws: `repository-busy` where another run has one.
    static func begin(in target: FilePath) throws(Diagnostic) -> RepositoryStage {
        let stage = RepositoryStage(
            path: Files.partial(of: target.appending(name)), target: target, lock: try locked(target))
        do {
            for left in try Files.names(in: target) where Files.partialTarget(left) ?? "" == name {
                try? Files.removeTree(target.appending(left))
            }
            try Files.makeDirectories(stage.path)
        } catch {
            throw .file("prepare", target, error)
        }
        return stage
    }

    private init(path: FilePath, target: FilePath, lock: FileDescriptor) {
        self.path = path
        self.target = target
        self.lock = lock
    }

    private static let name = "repository"

    private static func locked(_ folder: FilePath) throws(Diagnostic) -> FileDescriptor {
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(folder, .readOnly, options: [.directory, .closeOnExec])
        } catch {
            throw .file("open", folder, (error as? Errno) ?? .ioError)
        }
        guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else {
            let reason = Errno(rawValue: errno)
            try? descriptor.close()
            guard reason == .wouldBlock else { throw .file("lock", folder, reason) }
            throw .error(
                "repository-busy", "another run is writing into the repository \(folder)",
                hint: "run again when it has ended")
        }
        return descriptor
    }

    deinit {
        try? Files.removeTree(path)
        try? lock.close()
    }

    /// Gives the files their places, in this order, and then removes what is obsolete.
    func publish(_ files: [String], removing obsolete: [String]) throws(Diagnostic) {
        // What is likely to fail does so before the first rename.
        for file in files {
            let made = path.pushing(FilePath(file))
            let place = target.pushing(FilePath(file))
            do {
                try Files.makeDirectories(place.removingLastComponent())
                try Self.settle(made)
            } catch {
                throw .file("write", place, error)
            }
        }
        for file in files {
            let place = target.pushing(FilePath(file))
            do {
                try Files.rename(path.pushing(FilePath(file)), to: place)
            } catch {
                throw .file("write", place, error)
            }
        }
        for file in obsolete { try Files.removeFile(target.pushing(FilePath(file))) }
    }

    /// Other programs write their files without waiting for the disk.
    private static func settle(_ file: FilePath) throws(Errno) {
        let descriptor = try Files.open(file)
        defer { try? descriptor.close() }
        try Files.sync(descriptor)
    }
}

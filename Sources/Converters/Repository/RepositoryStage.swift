import Diagnostics
import Streams
import SystemPackage

/// What is about to become part of a folder.
///
/// It is made in a folder of its own beside the others, and each file takes its place by a rename when all of them are whole.
/// Dropped before that, it leaves the folder as it was.
struct RepositoryStage: ~Copyable {
    /// Where it is made, by the names of the places; whoever writes first makes this folder.
    let path: FilePath
    private let target: FilePath

    init(for target: FilePath) {
        self.target = target
        path = Files.partial(of: target.appending("repository"))
    }

    deinit { try? Files.removeTree(path) }

    /// Gives the files their places, in this order, and then removes what is obsolete.
    func publish(_ files: [String], removing obsolete: [String]) throws(Diagnostic) {
        // What fails does so before the first rename.
        for file in files { try Self.settle(path.pushing(FilePath(file))) }
        for file in files {
            let place = target.pushing(FilePath(file))
            do {
                try Files.makeDirectories(place.removingLastComponent())
                try Files.rename(path.pushing(FilePath(file)), to: place)
            } catch {
                throw .file("write", place, error)
            }
        }
        for file in obsolete { try Files.removeFile(target.pushing(FilePath(file))) }
    }

    /// Other programs write their files without waiting for the disk.
    private static func settle(_ file: FilePath) throws(Diagnostic) {
        do {
            let descriptor = try Files.open(file)
            defer { try? descriptor.close() }
            try Files.sync(descriptor)
        } catch {
            throw .file("write", file, error)
        }
    }
}

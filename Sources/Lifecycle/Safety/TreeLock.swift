import Diagnostics
import Glibc
import Streams
import SystemPackage
import Tools

/// A lock on one name in a dkms tree: a module, or a kernel's depmod. Let go when the value ends, or the process does.
///
/// flock(2) on a file of its own, so that a run that was killed leaves no stale lock; the file goes with the lock, so
/// that an empty tree is empty. dkms knows no locks and isn't kept out by them.
struct TreeLock: ~Copyable {
    /// Nil where the run that started this one, for a script of the module, has the lock.
    private let descriptor: FileDescriptor?
    private let path: FilePath

    /// The environment variable that tells a run which locks the one above it holds: a module's name, a slash, and the
    /// beginning of others' names.
    static let heldVariable = "DKMS_LOCKS_HELD"

    /// The folder in the dkms tree for what dkms itself doesn't know; hidden, as dkms's globs pass over such names.
    static func privateFolder(_ tree: DkmsTree) -> FilePath { tree.root.appending(".mkdkms") }

    /// Waits until the lock is free, and says so when that takes longer.
    static func take(_ name: String, in tree: DkmsTree, console: EngineConsole) async throws(Diagnostic)
        -> TreeLock
    {
        let path = privateFolder(tree).appending("locks").appending(name)
        if isHeldAbove(name) { return TreeLock(descriptor: nil, path: path) }
        var attempts = 0
        while true {
            let descriptor: FileDescriptor?
            do throws(Errno) {
                descriptor = try attempt(path)
            } catch {
                throw .file("lock", path, error)
            }
            if let descriptor { return TreeLock(descriptor: descriptor, path: path) }
            attempts += 1
            if attempts == 100 { console.complain("Waiting for another run that works on \(name)...") }
            do {
                try await Task.sleep(for: .milliseconds(20))
            } catch {
                throw .interrupted
            }
        }
    }

    /// Nil where somebody else has the lock, or has just let it go and taken its file along.
    private static func attempt(_ path: FilePath) throws(Errno) -> FileDescriptor? {
        try Files.makeDirectories(path.removingLastComponent())
        let descriptor: FileDescriptor
        do throws(Errno) {
            descriptor = try Files.openForLocking(path)
        } catch {
            if error == .noSuchFileOrDirectory { return nil }
            throw error
        }
        guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0, Files.isOpen(path, descriptor) else {
            try? descriptor.close()
            return nil
        }
        return descriptor
    }

    private static func isHeldAbove(_ name: String) -> Bool {
        guard let held = CallerEnvironment.value(heldVariable) else { return false }
        let parts = held.split(separator: "/", maxSplits: 1).map(String.init)
        return name == parts.first || parts.dropFirst().first.map(name.hasPrefix) == true
    }

    private init(descriptor: FileDescriptor?, path: FilePath) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        guard let descriptor else { return }
        // While it is still held, so that nobody else can have locked this very file.
        try? Files.remove(path)
        try? descriptor.close()
        let folder = path.removingLastComponent()
        for empty in [folder, folder.removingLastComponent()] { try? Files.removeFolder(empty) }
    }

    /// Says that the lock is needed until here.
    func hold() {}
}

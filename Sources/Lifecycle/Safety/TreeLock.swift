import Diagnostics
import Glibc
import Streams
import SystemPackage

/// A lock on one name in a dkms tree: a module, or a kernel's depmod. Let go when the value ends, or the process does.
///
/// flock(2) on a file of its own, so that a run that was killed leaves no stale lock. dkms knows no locks and isn't
/// kept out by them.
struct TreeLock: ~Copyable {
    private let descriptor: FileDescriptor

    /// The folder in the dkms tree for what dkms itself doesn't know; hidden, as dkms's globs pass over such names.
    static func privateFolder(_ tree: DkmsTree) -> FilePath { tree.root.appending(".mkdkms") }

    /// Waits until the lock is free, and says so when that takes longer.
    static func take(_ name: String, in tree: DkmsTree, console: EngineConsole) async throws(Diagnostic)
        -> TreeLock
    {
        let folder = privateFolder(tree).appending("locks")
        let descriptor: FileDescriptor
        do throws(Errno) {
            try Files.makeDirectories(folder)
            descriptor = try Files.openForLocking(folder.appending(name))
        } catch {
            throw .file("lock", folder.appending(name), error)
        }
        let lock = TreeLock(descriptor: descriptor)
        var attempts = 0
        while flock(descriptor.rawValue, LOCK_EX | LOCK_NB) != 0 {
            attempts += 1
            if attempts == 100 {
                console.complain("Waiting for another run that works on \(name)...")
            }
            do {
                try await Task.sleep(for: .milliseconds(20))
            } catch {
                throw .interrupted
            }
        }
        return lock
    }

    private init(descriptor: FileDescriptor) { self.descriptor = descriptor }

    deinit { try? descriptor.close() }

    /// Says that the lock is needed until here.
    func hold() {}
}

import Diagnostics
import Glibc
import Streams
import SystemPackage

/// A lock on one name in a dkms tree: a module, a kernel, or the signing key.
///
/// Let go when the value ends, or the process does.
/// flock(2) on a file of its own, so that a run that was killed leaves no stale lock; the file goes with the lock, so
/// that an empty tree is empty. dkms knows no locks and isn't kept out by them.
struct TreeLock: ~Copyable {
    /// Nil where the run that started this one, for a script or a make, has the lock.
    private let descriptor: FileDescriptor?
    private let path: FilePath
    private let name: String
    private let held: HeldLocks

    /// Whether it is the lock of the run above this one, whose work in progress is not to be mended.
    var isInherited: Bool { descriptor == nil }

    /// A run that waits for longer has met one that will never end.
    private static let patience: Duration = .seconds(1800)

    /// How often, a second apart, a circle of waiting runs has to be seen: one of them may have got its lock just now, or be
    /// left behind by a script that ends.
    private static let certainty = 3

    /// The folder in the dkms tree for what dkms itself doesn't know; hidden, as dkms's globs pass over such names.
    ///
    /// Flat, each entry named after the module whose lock keeps others from it: a folder shared below it could vanish
    /// under one run when another is done with it.
    static func privateFolder(_ tree: DkmsTree) -> FilePath { tree.root.appending(".mkdkms") }

    /// Waits until the lock is free, and says so when that takes longer.
    ///
    /// - Throws: `locked` after half an hour; `deadlock` where runs wait for one another, in one of them.
    static func take(
        _ name: String, in tree: DkmsTree, held: HeldLocks, console: EngineConsole
    ) async throws(Diagnostic) -> TreeLock {
        let path = privateFolder(tree).appending("lock,\(name)")
        if held.isInherited(name) { return TreeLock(nil, path, name, held) }
        let start = ContinuousClock.now
        var attempts = 0
        var mark: WaitMark?
        var lostFor = 0
        while true {
            let descriptor: FileDescriptor?
            do throws(Errno) {
                descriptor = try attempt(path)
            } catch {
                throw .file("lock", path, error)
            }
            if let descriptor {
                held.add(name)
                return TreeLock(descriptor, path, name, held)
            }
            attempts += 1
            if attempts == 100 { console.complain("Waiting for another run that works on \(name)...") }
            if attempts >= 100, attempts % 50 == 0 {
                let wait = WaitMark.Wait(name: name, held: held.awaited)
                if mark?.wait != wait { mark = WaitMark(wait, in: tree) }
                lostFor = mark?.isLost == true ? lostFor + 1 : 0
                guard lostFor < certainty else { throw deadlock(name, held) }
            }
            guard ContinuousClock.now - start < patience else {
                throw .error(
                    "locked", "another run has been working on \(name) for half an hour",
                    hint: "look what holds \(path), for example with: fuser \(path)")
            }
            do {
                try await Task.sleep(for: .milliseconds(20))
            } catch {
                throw .interrupted
            }
        }
    }

    private static func deadlock(_ name: String, _ held: HeldLocks) -> Diagnostic {
        .error(
            "deadlock",
            "\(name) is locked by a run that itself waits for this one, which works on \(held.names.sorted().joined(separator: ", "))",
            hint:
                "run it again when the other run has ended; scripts of modules that ask for each other's may run one "
                + "after the other only")
    }

    /// Nil where somebody else has the lock, or has just let it go and taken its file along.
    private static func attempt(_ path: FilePath) throws(Errno) -> FileDescriptor? {
        let descriptor: FileDescriptor
        do throws(Errno) {
            try Files.makeDirectories(path.removingLastComponent())
            descriptor = try Files.openForLocking(path)
        } catch {
            if error == .noSuchFileOrDirectory { return nil }
            throw error
        }
        if flock(descriptor.rawValue, LOCK_EX | LOCK_NB) != 0 {
            let error = Errno(rawValue: errno)
            try? descriptor.close()
            guard error == .wouldBlock || error == .interrupted else { throw error }
            return nil
        }
        guard Files.isOpen(path, descriptor) else {
            try? descriptor.close()
            return nil
        }
        return descriptor
    }

    private init(_ descriptor: FileDescriptor?, _ path: FilePath, _ name: String, _ held: HeldLocks) {
        self.descriptor = descriptor
        self.path = path
        self.name = name
        self.held = held
    }

    deinit {
        guard let descriptor else { return }
        held.remove(name)
        // While it is still held, so that nobody else can have locked this very file.
        try? Files.remove(path)
        try? descriptor.close()
        try? Files.removeFolder(path.removingLastComponent())
    }

    /// Says that the lock is needed until here.
    func hold() {}
}

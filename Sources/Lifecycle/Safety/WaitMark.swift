import Glibc
import Streams
import SystemPackage

/// What a run that waits for a lock tells the others: which one it waits for, and which it keeps until then.
///
/// A file beside the locks, as long as it waits; under an flock(2) of its own, so that that of a run that was killed is
/// known as such. By these marks a circle of runs that wait for one another is seen.
final class WaitMark: Sendable {
    /// A run that waits.
    struct Wait: Hashable, Sendable {
        let name: String
        let held: Set<String>
    }

    private static let prefix = "wait,"

    let wait: Wait
    private let tree: DkmsTree
    private let descriptor: FileDescriptor
    private let path: FilePath

    /// Nil where nobody can wait for this run, as it keeps nothing, or where there is no room for a mark.
    ///
    /// - Parameter wait: its `held` are the locks of this run, and those of the runs above it, which wait for this one to
    ///   end.
    init?(_ wait: Wait, in tree: DkmsTree) {
        guard !wait.held.isEmpty else { return nil }
        let path = TreeLock.privateFolder(tree).appending("\(Self.prefix)\(Files.uniqueName())")
        guard let descriptor = try? Files.openForLocking(path) else { return nil }
        self.wait = wait
        self.tree = tree
        self.path = path
        self.descriptor = descriptor
        // Without a word in it the file tells nothing; who looks at it has its lock for a moment.
        guard flock(descriptor.rawValue, LOCK_EX) == 0 else { return nil }
        let text = ([wait.name] + wait.held.sorted()).joined(separator: "\n")
        _ = try? descriptor.writeAll(text.utf8)
    }

    deinit {
        try? Files.remove(path)
        try? descriptor.close()
    }

    /// Whether this run waits in a circle, and is the one of it that has to give up.
    var isLost: Bool {
        let circle = Self.circle(of: wait, among: Self.all(in: tree))
        // At least one of the circle has this name; two where both wait for the one lock, and then both give up.
        return circle?.min() == wait.name
    }

    /// What runs wait for just now.
    private static func all(in tree: DkmsTree) -> [Wait] {
        let folder = TreeLock.privateFolder(tree)
        return ((try? Files.names(in: folder)) ?? []).compactMap { name in
            isLeftOver(name, in: folder) ? nil : read(folder.appending(name), called: name)
        }
    }

    private static func read(_ path: FilePath, called name: String) -> Wait? {
        guard name.hasPrefix(prefix), let bytes = try? Files.contents(path) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        return lines.first.map { Wait(name: $0, held: Set(lines.dropFirst())) }
    }

    /// Whether a file of the private folder is the mark of a run that was killed.
    static func isLeftOver(_ name: String, in folder: FilePath) -> Bool {
        guard name.hasPrefix(prefix), let descriptor = try? Files.open(folder.appending(name)) else {
            return false
        }
        defer { try? descriptor.close() }
        // One without a word may be about to get its lock.
        return flock(descriptor.rawValue, LOCK_SH | LOCK_NB) == 0
            && (try? Files.contents(folder.appending(name)).isEmpty) == false
    }

    /// The locks that the runs of a circle wait for, of which `wait` is one; nil where there is no circle.
    ///
    /// - Parameter others: the runs that wait beside this one.
    static func circle(of wait: Wait, among others: [Wait]) -> Set<String>? {
        var pending = [(name: wait.name, way: Set([wait.name]))]
        var seen: Set<String> = []
        while let (name, way) = pending.popLast() {
            guard seen.insert(name).inserted else { continue }
            // Who keeps what is waited for, and waits itself.
            for other in others where other.held.contains(name) {
                if wait.held.contains(other.name) { return way.union([other.name]) }
                pending.append((other.name, way.union([other.name])))
            }
        }
        return nil
    }
}

import Archive
import Cryptography
import Diagnostics
import Streams
import SystemPackage

/// What the files of a folder for editing were when they were written: what is otherwise now, somebody has edited.
///
/// It stands in comments of `debian/source/local-options`, which dpkg-source keeps out of every source package
/// (dpkg-source(1)); options that somebody has put there stay.
struct SkeletonRecord {
    /// Its place in the folder.
    static let path = "debian/source/local-options"
    private static let heading =
        "# mkdkms makes this folder anew for as long as these files have these SHA-256 sums:"
    private static let mark = "#sum "

    /// What a path may be: the digest of a file or link, or nothing; two of them while one is made of the other.
    private var states: [String: Set<String>] = [:]

    private static let absent = "-"
    private static let other = "?"

    /// The files and links of a list.
    init(_ files: FileList) throws(Diagnostic) {
        for entry in files {
            switch entry.kind {
            case .directory: continue
            case .symbolicLink(let target): states[entry.path] = [Self.digest(link: target)]
            case .file(let content):
                var digest = Digest(.sha256)
                try content.forEachChunk { (chunk) throws(Diagnostic) in digest.update(chunk) }
                states[entry.path] = [Hex.string(digest.finish())]
            }
        }
    }

    /// That of a folder; nil where it has none.
    init?(in folder: FilePath) throws(Diagnostic) {
        let file = folder.pushing(FilePath(Self.path))
        guard Files.isRegularFile(file) else { return nil }
        for line in try Files.readText(file).split(separator: "\n") where line.hasPrefix(Self.mark) {
            let words = line.dropFirst(Self.mark.count).split(separator: " ", maxSplits: 1)
            // Nothing outside the folder is ours to remove.
            guard words.count == 2, (try? FileList.check(String(words[1]))) != nil else { continue }
            states[String(words[1]), default: []].insert(String(words[0]))
        }
        if states.isEmpty { return nil }
    }

    var paths: Set<String> { Set(states.keys) }

    /// Each path as either has it.
    func joined(_ other: SkeletonRecord) -> SkeletonRecord {
        var both = self
        for path in paths.union(other.paths) { both.states[path] = allowed(path).union(other.allowed(path)) }
        return both
    }

    /// A path at which a folder has something else than the record.
    struct Difference: Hashable {
        let path: String
        /// Whether there is nothing.
        let isGone: Bool
    }

    /// What is in a folder as the record has it not, sorted by path.
    func differences(in folder: FilePath) throws(Diagnostic) -> [Difference] {
        var differences: [Difference] = []
        for path in paths.sorted() {
            let state = try Self.state(of: folder.pushing(FilePath(path)))
            guard !allowed(path).contains(state) else { continue }
            differences.append(Difference(path: path, isGone: state == Self.absent))
        }
        return differences
    }

    func write(in folder: FilePath) throws(Diagnostic) {
        let file = folder.pushing(FilePath(Self.path))
        var lines: [String] = []
        if Files.isRegularFile(file) {
            lines = try Files.readText(file).split(separator: "\n").map(String.init).filter {
                $0 != Self.heading && !$0.hasPrefix(Self.mark)
            }
        }
        lines.append(Self.heading)
        // A line has no place for the others, which then count as somebody's own.
        for path in paths.sorted() where !path.utf8.contains(where: { $0 == 10 || $0 == 13 }) {
            lines += allowed(path).sorted().map { "\(Self.mark)\($0) \(path)" }
        }
        do {
            try Files.makeDirectories(file.removingLastComponent())
        } catch {
            throw .file("write", file, error)
        }
        try Files.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: file)
    }

    private func allowed(_ path: String) -> Set<String> { states[path] ?? [Self.absent] }

    private static func digest(link target: String) -> String {
        "link:" + DigestAlgorithm.sha256.hexHash(Array(target.utf8))
    }

    private static func state(of path: FilePath) throws(Diagnostic) -> String {
        guard let status = try? Files.status(path) else { return absent }
        switch status.kind {
        case .regular: return try FileDigests([.sha256], of: path).hex(.sha256)
        case .symbolicLink:
            do {
                return digest(link: try Files.readLink(path))
            } catch {
                throw .file("read", path, error)
            }
        // One that gives way to a file has nothing in it by then.
        case .directory: return absent
        case .other: return other
        }
    }
}

package import Diagnostics

/// The files of an archive, package or tree: sorted by the bytes of their paths, each path once.
///
/// The order puts every folder before what is in it, so writers can stream the list as it is.
package struct FileList: Hashable, Sendable {
    package private(set) var entries: [FileEntry]

    package init() { entries = [] }

    /// Sorts `entries`.
    ///
    /// - Throws: `bad-path` for a path that is absolute, empty, has `.`, `..` or empty components or a NUL;
    ///   `duplicate-path` for one that appears twice, or that lies beneath a file or link.
    package init(_ entries: [FileEntry]) throws(Diagnostic) {
        for entry in entries { try Self.check(entry.path) }
        self.entries = Self.sorted(entries)
        try checkUnique()
    }

    /// Only for entries that are known to be sorted and unique.
    private init(sorted entries: [FileEntry]) { self.entries = entries }

    package var isEmpty: Bool { entries.isEmpty }

    /// Bytes of all contents; folders and links count nothing.
    package var totalSize: Int64 {
        entries.reduce(0) { sum, entry in
            if case .file(let content) = entry.kind { return sum + content.size }
            return sum
        }
    }

    /// The newest time in the list; nil when it is empty.
    package var newest: Int64? { entries.lazy.map(\.modified).max() }

    package subscript(path path: String) -> FileEntry? {
        let index = lowerBound(path)
        guard index < entries.count, entries[index].path == path else { return nil }
        return entries[index]
    }

    /// Both lists as one.
    ///
    /// - Throws: `duplicate-path` when both hold a path, except a folder that is the same in both.
    package func merging(_ other: FileList) throws(Diagnostic) -> FileList {
        let shared = other.entries.filter { self[path: $0.path]?.kind == .directory && $0.kind == .directory }
        let sharedPaths = Set(shared.map(\.path))
        return try FileList(entries + other.entries.filter { !sharedPaths.contains($0.path) })
    }

    /// Every missing parent folder added, with mode 0755 and time `mtime`.
    package func addingParents(mtime: Int64) -> FileList {
        var known = Set(entries.lazy.filter { $0.kind == .directory }.map(\.path))
        var added: [FileEntry] = []
        for entry in entries {
            var path = entry.path[...]
            while let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) {
                path = path[..<slash]
                guard known.insert(String(path)).inserted else { break }
                added.append(
                    FileEntry(path: String(path), kind: .directory, permissions: 0o755, modified: mtime))
            }
        }
        return added.isEmpty ? self : FileList(sorted: Self.sorted(entries + added))
    }

    /// No time is later than `epoch` afterwards, the way SOURCE_DATE_EPOCH asks for it.
    package func clamped(to epoch: Int64) -> FileList {
        FileList(sorted: entries.map { $0.clamped(to: epoch) })
    }

    /// Every time is `time` afterwards, in seconds since 1970.
    package func dated(_ time: Int64) -> FileList {
        FileList(
            sorted: entries.map {
                var entry = $0
                entry.modified = time
                return entry
            })
    }

    /// All paths moved beneath `prefix`, which is a path like those of the entries.
    package func moved(under prefix: String) throws(Diagnostic) -> FileList {
        if prefix.isEmpty { return self }
        try Self.check(prefix)
        return FileList(
            sorted: entries.map {
                var entry = $0
                entry.path = prefix + "/" + entry.path
                return entry
            })
    }

    /// What lies beneath `folder`, its path cut off the front; empty when there is no such folder.
    package func beneath(_ folder: String) -> FileList {
        let prefix = folder + "/"
        return FileList(
            sorted: entries.compactMap {
                guard $0.path.utf8.starts(with: prefix.utf8) else { return nil }
                var entry = $0
                entry.path = String(decoding: entry.path.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
                return entry
            })
    }

    package func filter(_ isKept: (FileEntry) -> Bool) -> FileList {
        FileList(sorted: entries.filter(isKept))
    }

    private static func sorted(_ entries: [FileEntry]) -> [FileEntry] {
        entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    private func lowerBound(_ path: String) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].path.utf8.lexicographicallyPrecedes(path.utf8) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}

extension FileList {
    /// Whether `path` is relative and free of `.`, `..`, empty components and NUL.
    package static func check(_ path: String) throws(Diagnostic) {
        let components = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isSound = components.allSatisfy { component in
            !component.isEmpty && !component.elementsEqual(".".utf8) && !component.elementsEqual("..".utf8)
                && !component.contains(0)
        }
        guard isSound else {
            throw .error(
                "bad-path", "\"\(path)\" cannot be the path of a packed file",
                hint: "use a relative path without \".\" and \"..\"")
        }
    }

    private func checkUnique() throws(Diagnostic) {
        var faults: [Diagnostic] = []
        // Most files lie beside the one before them: their folder need not be looked for again.
        var sound: String?
        for (index, entry) in entries.enumerated() {
            if index > 0, entries[index - 1].path == entry.path {
                faults.append(.error("duplicate-path", "\(entry.path) is there twice"))
            }
            guard let parent = Self.parent(of: entry.path), parent != sound else { continue }
            guard let blocker = self[path: parent], blocker.kind != .directory else {
                sound = parent
                continue
            }
            faults.append(
                .error("duplicate-path", "\(entry.path) lies beneath \(parent), which is no folder"))
        }
        guard let first = faults.first else { return }
        if faults.count == 1 { throw first }
        throw .error("duplicate-path", "\(faults.count) paths collide", related: faults)
    }

    private static func parent(of path: String) -> String? {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) }
    }
}

extension FileList: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { entries.count }
    package subscript(position: Int) -> FileEntry { entries[position] }
}

package import Diagnostics
package import Streams
package import SystemPackage

extension FileList {
    /// Reads what is beneath a folder on disk; contents stay there and are read when they are written.
    ///
    /// Links are kept as they are. Modes are normalised: 0755 for folders and files with any x bit, else 0644.
    /// - Parameter isSkipped: asked with each path relative to `folder`; a skipped folder isn't entered.
    /// - Throws: `unsupported-file` naming every socket, device, pipe and name that is not UTF-8; `file-error`.
    package init(folder: FilePath, skipping isSkipped: (String, Files.Kind) -> Bool = { _, _ in false })
        throws(Diagnostic)
    {
        var walk = FolderWalk()
        try walk.enter(folder, "", isSkipped)
        guard walk.faults.isEmpty else {
            throw .error(
                "unsupported-file", "\(folder) holds files that cannot be packed",
                hint: "remove them from the tree", related: walk.faults)
        }
        try self.init(walk.entries)
    }
}

/// Collects entries and the faults among them.
private struct FolderWalk {
    var entries: [FileEntry] = []
    var faults: [Diagnostic] = []

    mutating func enter(_ folder: FilePath, _ path: String, _ isSkipped: (String, Files.Kind) -> Bool)
        throws(Diagnostic)
    {
        let names: [String]
        do {
            names = try Files.names(in: folder)
        } catch {
            throw .file("read", folder, error)
        }
        for name in names {
            try visit(folder.appending(name), path.isEmpty ? name : path + "/" + name, isSkipped)
        }
    }

    private mutating func visit(_ file: FilePath, _ path: String, _ isSkipped: (String, Files.Kind) -> Bool)
        throws(Diagnostic)
    {
        let status: Files.Status
        let kind: FileEntry.Kind
        do {
            status = try Files.status(file)
            if isSkipped(path, status.kind) { return }
            switch status.kind {
            case .directory: kind = .directory
            case .symbolicLink: kind = .symbolicLink(target: try Files.readLink(file))
            case .regular: kind = .file(.onDisk(file, size: status.size))
            case .other:
                faults.append(.error("unsupported-file", "\(path) is a socket, pipe or device"))
                return
            }
        } catch {
            // A name that is no UTF-8 was repaired while it was read, and so isn't found again.
            guard error == .noSuchFileOrDirectory, path.unicodeScalars.contains("\u{FFFD}") else {
                throw .file("read", file, error)
            }
            faults.append(.error("unsupported-file", "the name \(path) is not valid UTF-8"))
            return
        }
        let permissions: UInt16 =
            switch status.kind {
            case .symbolicLink: 0o777
            case .directory: 0o755
            default: status.permissions & 0o111 == 0 ? 0o644 : 0o755
            }
        entries.append(
            FileEntry(path: path, kind: kind, permissions: permissions, modified: status.modified))
        if kind == .directory { try enter(file, path, isSkipped) }
    }
}

package import Diagnostics
import Streams
package import SystemPackage

extension FileList {
    /// Writes every entry beneath `folder`, which has to exist, with its mode and time; for scratch copies, unsynced.
    ///
    /// Links are made as they are: the list's maker has seen to it that none leads out.
    package func copy(to folder: FilePath) throws(Diagnostic) {
        for entry in entries {
            let path = folder.pushing(FilePath(entry.path))
            do {
                try Files.makeDirectories(entry.kind == .directory ? path : path.removingLastComponent())
                if case .symbolicLink(let target) = entry.kind {
                    try Files.makeSymbolicLink(path, to: target)
                }
                if case .file(let content) = entry.kind {
                    try Self.write(content, to: path, permissions: entry.permissions)
                    // make decides by times what is up to date.
                    try Files.setModified(path, entry.modified)
                }
            } catch let error as Diagnostic {
                throw error
            } catch {
                throw .file("write", path, (error as? Errno) ?? .ioError)
            }
        }
    }

    private static func write(_ content: FileContent, to path: FilePath, permissions: UInt16) throws {
        let file = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
            permissions: FilePermissions(rawValue: CModeT(permissions)))
        defer { try? file.close() }
        try content.forEachChunk { (chunk) throws(Diagnostic) in
            do {
                _ = try unsafe chunk.withUnsafeBytes { try unsafe file.writeAll($0) }
            } catch {
                throw .file("write", path, (error as? Errno) ?? .ioError)
            }
        }
    }
}

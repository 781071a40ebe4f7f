import Archive
import Diagnostics
import Streams
import SystemPackage

/// The newest time in an unpacked tree, which what is patched afterwards gets: the hour of unpacking says nothing.
struct TreeTimes {
    private let newest: Int64

    init(of tree: FilePath) throws(Diagnostic) {
        newest = try FileList(folder: tree).newest ?? 0
    }

    /// Sets later times of files and folders to the newest one.
    func limit(_ tree: FilePath) throws(Diagnostic) {
        for entry in try FileList(folder: tree) where entry.modified > newest {
            // A link can't be set without what it leads to.
            if case .symbolicLink = entry.kind { continue }
            let path = tree.pushing(FilePath(entry.path))
            do {
                try Files.setModified(path, newest)
            } catch {
                throw .file("set the time of", path, error)
            }
        }
    }
}

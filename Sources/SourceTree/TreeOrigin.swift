import Diagnostics
package import SystemPackage

/// What the user knows a tree as: its folder, or a place inside the package or archive that it was unpacked from.
///
/// An unpacked tree lies in a temporary folder, which is gone when somebody reads of it.
package struct TreeOrigin: Hashable, Sendable, CustomStringConvertible {
    private let container: FilePath?
    /// Absolute; relative to what the container holds where there is one.
    private let folder: FilePath

    /// A tree that lies where the user named it.
    package init(folder: FilePath) {
        container = nil
        self.folder = folder
    }

    /// A tree that was unpacked.
    ///
    /// - Parameters:
    ///   - root: where it is on disk.
    ///   - base: the folder on disk with all that the container holds.
    package init(_ root: FilePath, unpackedBelow base: FilePath, from container: FilePath) {
        self.container = container
        var folder = root
        _ = folder.removePrefix(base)
        self.folder = folder
    }

    /// Whether the user can open the files of the tree.
    package var isFolder: Bool { container == nil }

    /// The folder's path, or `FILE:PATH-IN-IT`.
    package var description: String {
        guard let container else { return folder.string }
        return folder.isEmpty ? container.string : "\(container):\(folder)"
    }

    /// What every name of a file of the tree begins with.
    package var prefix: String {
        guard let container, folder.isEmpty else { return "\(self)/" }
        return "\(container):"
    }

    /// The name of a file of the tree, by its path in it.
    package func path(_ file: String) -> String { prefix + file }

    /// A diagnostic that names files of the tree on disk as one that names them as the user knows them.
    func named(_ diagnostic: Diagnostic, root: FilePath) -> Diagnostic {
        guard !isFolder else { return diagnostic }
        let known = { (text: String) in
            text.replacing("\(root)/", with: prefix).replacing(root.string, with: description)
        }
        var diagnostic = diagnostic
        diagnostic.message = known(diagnostic.message)
        diagnostic.hint = diagnostic.hint.map(known)
        diagnostic.location = diagnostic.location.map { .init(file: known($0.file), line: $0.line) }
        diagnostic.related = diagnostic.related.map { named($0, root: root) }
        return diagnostic
    }
}

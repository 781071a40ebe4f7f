package import Diagnostics
import Streams
package import SystemPackage

/// A folder for one test, which goes away with its suite's value.
package final class Scratch: Sendable {
    private let folder: TemporaryFolder
    package var path: FilePath { folder.path }

    package init() throws(Diagnostic) { folder = try TemporaryFolder("test") }

    /// Writes files, and the folders that they are in; a name that ends in a slash makes a folder.
    @discardableResult
    package func fill(_ files: [String: String]) throws -> FilePath {
        for (name, text) in files {
            if name.hasSuffix("/") {
                try makeFolders(name)
            } else {
                try write(Array(text.utf8), to: name)
            }
        }
        return path
    }

    @discardableResult
    package func write(_ bytes: [UInt8], to name: String, mode: UInt16 = 0o644) throws -> FilePath {
        let file = path.pushing(FilePath(name))
        try Files.makeDirectories(file.removingLastComponent())
        try Files.write(bytes, to: file, mode: mode)
        return file
    }

    package func makeFolders(_ names: String...) throws {
        for name in names { try Files.makeDirectories(path.pushing(FilePath(name))) }
    }

    /// Everything beneath a folder by its path there: a file with its text, a link with its target, a folder with "/";
    /// hidden names are left out.
    package func content(_ name: String = "") throws -> [String: String] {
        var found: [String: String] = [:]
        func visit(_ folder: FilePath, _ shown: String) throws {
            for entry in try Files.entries(in: folder) where !entry.name.hasPrefix(".") {
                let (path, shown) = (folder.appending(entry.name), shown + entry.name)
                switch entry.kind {
                case .directory:
                    found[shown] = "/"
                    try visit(path, shown + "/")
                case .symbolicLink: found[shown] = "-> \(try Files.readLink(path))"
                default: found[shown] = try Files.readText(path)
                }
            }
        }
        try visit(path.pushing(FilePath(name)), "")
        return found
    }
}

/// The code of the diagnostic that `body` throws; nil where it throws none.
package func code(_ body: () throws -> Any) -> Diagnostic.Code? {
    do {
        _ = try body()
        return nil
    } catch {
        return (error as? Diagnostic)?.code
    }
}

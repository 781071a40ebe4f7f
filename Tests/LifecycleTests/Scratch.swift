import Diagnostics
import Streams
import SystemPackage

/// A folder for one test, which goes away with its suite's value.
final class Scratch: Sendable {
    private let folder: TemporaryFolder
    var path: FilePath { folder.path }

    init() throws(Diagnostic) { folder = try TemporaryFolder("lifecycle-test") }

    /// Writes files, and the folders that they are in.
    @discardableResult
    func fill(_ files: [String: String]) throws -> FilePath {
        for (name, text) in files { try write(Array(text.utf8), to: name) }
        return path
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        let file = path.pushing(FilePath(name))
        try Files.makeDirectories(file.removingLastComponent())
        try Files.write(bytes, to: file)
    }

    func makeFolders(_ names: String...) throws {
        for name in names { try Files.makeDirectories(path.pushing(FilePath(name))) }
    }

    /// Everything beneath a folder by its path there: a file with its text, a link with its target, a folder with "/";
    /// hidden names are left out.
    func content(_ name: String = "") throws -> [String: String] {
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

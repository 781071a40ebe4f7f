import Diagnostics
import Streams
import SystemPackage

/// A folder for one test, which goes away with its suite's value.
final class Scratch: Sendable {
    private let folder: TemporaryFolder
    var path: FilePath { folder.path }

    init() throws(Diagnostic) { folder = try TemporaryFolder("kbuild-test") }

    /// Writes files, and the folders that they are in.
    @discardableResult
    func fill(_ files: [String: String]) throws -> FilePath {
        for (name, text) in files {
            let file = path.pushing(FilePath(name))
            try Files.makeDirectories(file.removingLastComponent())
            try Files.write(Array(text.utf8), to: file)
        }
        return path
    }
}

/// The code of the diagnostic that `body` throws; nil where it throws none.
func code(_ body: () throws -> Any) -> Diagnostic.Code? {
    do {
        _ = try body()
        return nil
    } catch {
        return (error as? Diagnostic)?.code
    }
}

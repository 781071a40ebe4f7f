import Diagnostics
import Streams
import SystemPackage
import Tools

/// A folder for one test, filled from a list of names and texts.
struct Scratch: ~Copyable {
    private let folder: TemporaryFolder

    var path: FilePath { folder.path }

    init() throws(Diagnostic) { folder = try TemporaryFolder("tree-test") }

    /// Writes files; a name that ends in a slash makes a folder.
    func fill(_ files: [String: String]) throws {
        for (name, text) in files {
            let path = path.pushing(FilePath(name))
            guard !name.hasSuffix("/") else {
                try Files.makeDirectories(path)
                continue
            }
            try Files.makeDirectories(path.removingLastComponent())
            try Files.write(Array(text.utf8), to: path)
        }
    }

    /// A program of the machine, run here; what it printed to its standard error where it failed.
    func run(_ name: String, _ arguments: String...) async throws -> String? {
        let outcome = try await Program(name, arguments, folder: path).capture()
        return outcome.status == 0 ? nil : String(decoding: outcome.errorOutput, as: UTF8.self)
    }
}

/// A dkms.conf without faults.
let hello = """
    PACKAGE_NAME="hello"
    PACKAGE_VERSION="1.5.0"
    BUILT_MODULE_NAME[0]="hello"
    DEST_MODULE_LOCATION[0]="/updates"

    """

/// The folder of the fixtures.
let fixtures = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    .appending("Fixtures")

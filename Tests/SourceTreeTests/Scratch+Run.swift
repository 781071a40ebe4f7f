import ScratchFolder
import SystemPackage
import Tools

extension Scratch {
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

import Streams
import SystemPackage
import Tools

/// Whether all programs of the system that a test compares with are in `PATH`: where one isn't, the test is skipped with its
/// reason.
package func isInstalled(_ programs: String...) -> Bool {
    let folders = (CallerEnvironment.value("PATH") ?? "/usr/bin:/bin").split(separator: ":")
    return programs.allSatisfy { program in
        folders.contains { Files.isExecutable(FilePath(String($0)).appending(program)) }
    }
}

import Diagnostics
package import SystemPackage

/// An external program with its arguments, environment and folder, ready to be run.
///
/// Each run is a process group of its own: cancelling the task ends the program and everything it started.
package struct Program: Sendable {
    package var name: String
    package var arguments: [String]
    /// The whole environment; nothing is inherited.
    package var environment: [String: String]
    package var folder: FilePath?

    /// `name` is looked up on the PATH of `environment` unless it holds a slash.
    package init(
        _ name: String, _ arguments: [String] = [],
        environment: [String: String] = Program.cleanEnvironment(),
        folder: FilePath? = nil
    ) {
        self.name = name
        self.arguments = arguments
        self.environment = environment
        self.folder = folder
    }

    /// What a finished program left behind.
    package struct Outcome: Sendable {
        /// The exit code, or 128 plus the signal that ended it.
        package let status: Int32
        package let output: [UInt8]
        package let errorOutput: [UInt8]
    }

    /// PATH, HOME and a fixed locale, and nothing else of the caller's environment.
    package static func cleanEnvironment(adding extra: [String: String] = [:]) -> [String: String] {
        let base = [
            "PATH": CallerEnvironment.searchPath, "HOME": CallerEnvironment.value("HOME") ?? "/",
            "LC_ALL": "C",
        ]
        return base.merging(extra) { _, new in new }
    }
}

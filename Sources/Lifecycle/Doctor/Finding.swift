/// Why a module isn't there for a kernel, or would not load, with the command that mends it.
package struct Finding: Hashable, Sendable {
    package enum Code: String, Sendable {
        case notAdded = "not-added"
        case broken = "broken"
        case badConf = "bad-conf"
        case interrupted = "interrupted"
        case headersMissing = "headers-missing"
        case excluded = "excluded"
        case buildFailed = "build-failed"
        case notBuilt = "not-built"
        case notInstalled = "not-installed"
        case builtForOtherKernel = "built-for-other-kernel"
        case fileMissing = "file-missing"
        case fileChanged = "file-changed"
        case notIndexed = "not-indexed"
        case shadowed = "shadowed"
        case unsigned = "unsigned"
        case keyNotEnrolled = "key-not-enrolled"
        case kernelLog = "kernel-log"
    }

    package let code: Code
    /// PACKAGE_NAME, and the version where one is known.
    package let module: String
    package let version: String?
    /// Nil for what concerns all kernels.
    package let kernel: String?
    /// One sentence without a final full stop.
    package let message: String
    /// The command that mends it; nil where there is nothing to do.
    package let remedy: String?

    /// Whether it keeps the module from being loaded; what is so on purpose does not.
    package var isFault: Bool { code != .excluded }
}

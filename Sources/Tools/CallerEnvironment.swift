import Glibc

/// The environment that mkdkms itself was started with.
package enum CallerEnvironment {
    /// PATH, or where programs are by the Filesystem Hierarchy Standard when it is unset.
    package static var searchPath: String { value("PATH") ?? "/usr/sbin:/usr/bin:/sbin:/bin" }

    /// The value of a variable; nil where it is unset.
    package static func value(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }
}

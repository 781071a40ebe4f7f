import Glibc

/// The environment that mkdkms itself was started with.
package enum CallerEnvironment {
    /// The value of a variable; nil where it is unset.
    package static func value(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }
}

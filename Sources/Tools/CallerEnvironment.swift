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

    /// The same where the variable says something; nil where it is unset or empty.
    package static func given(_ name: String) -> String? {
        value(name).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Every variable, for programs that are run as the caller would run them.
    package static func all() -> [String: String] {
        var variables: [String: String] = [:]
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            let parts = unsafe String(cString: text).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            unsafe entry += 1
        }
        return variables
    }
}

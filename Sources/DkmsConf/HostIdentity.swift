/// The files below `/etc` that tell which distribution a system is.
enum HostIdentity {
    /// Shell patterns for them, as `case` has them.
    static let patterns = [
        "*release*", "*-version", "*_version", "issue", "issue.net", ".kyinfo", ".productinfo",
        "product-info",
    ]

    /// Whether a name, or a pattern with `*` and `?` such as `*-release`, means such a file.
    static func isIdentity(_ name: String) -> Bool {
        if name.contains("release") { return true }
        if name.hasSuffix("-version") || name.hasSuffix("_version") { return true }
        return ["issue", "issue.net", ".kyinfo", ".productinfo", "product-info"].contains(name)
    }
}

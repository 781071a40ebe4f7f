/// What the hooks of an `N-dkms` package do with a module that could not be made.
package enum HookPolicy: String, CaseIterable, Sendable {
    /// They warn, and the package is installed all the same.
    case lenient
    /// They fail the package, as those that dh_dkms makes do: dpkg leaves it unconfigured, and rpm, which can't undo a
    /// transaction, reports the scriptlet.
    case strict
}

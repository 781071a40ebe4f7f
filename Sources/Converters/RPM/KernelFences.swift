import DkmsConf
import RPMFormat

/// The kernels that a module is for, as relations of its package: they hold a kernel update back that would leave the
/// machine without the module.
///
/// No kernel that dkms.conf allows is ever fenced out. An old kernel beside a new one does no harm, so there is no hard
/// fence at the lower end: dkms passes such a kernel over.
struct KernelFences: Hashable {
    /// The oldest and the newest version, as far as it is known; what follows them, such as `.7` or `-3`, is within.
    let lowest: String?
    let highest: String?

    /// - Parameter obsoleteBy: OBSOLETE_BY, which evaluation takes for a limit too. It is no fence: those kernels have the
    ///   module themselves.
    init(_ conditions: BuildExclusive, obsoleteBy: String? = nil) {
        let branch = conditions.kernel.flatMap(Self.branch)
        lowest = conditions.kernelMin.flatMap(Self.version) ?? branch
        let limit = conditions.kernelMax == obsoleteBy ? nil : conditions.kernelMax
        highest = limit.flatMap(Self.version) ?? branch
    }

    /// What the package is in conflict with.
    var kernels: [RPMDependency] {
        highest.map { [RPMDependency("kernel-uname-r", .greater, "\($0).999")] } ?? []
    }

    /// The headers that it would like to have, where the machine has a kernel package at all; they are never required,
    /// because a package without headers is registered and built later.
    var headers: [RPMDependency] {
        let bounds = [(">=", lowest), ("<=", highest.map { "\($0).999" })]
        return bounds.compactMap { comparison, version in
            version.map { RPMDependency("(kernel-devel-uname-r \(comparison) \($0) if kernel-core)") }
        }
    }

    /// A version that rpm compares as dkms does: numbers with dots, and a release with a `-`.
    private static func version(_ text: String) -> String? {
        text.wholeMatch(of: /[0-9]+(\.[0-9]+)*(-[0-9]+(\.[0-9]+)*)?/) == nil ? nil : text
    }

    /// `5.15` of `^5\.15\.` or `^5\.15\..*`; nil for an expression that is more than the beginning of a version.
    private static func branch(_ expression: String) -> String? {
        guard
            let match = expression.wholeMatch(
                of: /\^([0-9]+(?:(?:\\|\[)\.\]?[0-9]+)*)(?:\\\.|\[\.\])(?:\.\*\$?)?/)
        else { return nil }
        return match.1.filter { $0.isNumber || $0 == "." }
    }
}

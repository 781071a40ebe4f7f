import Diagnostics

/// The names that mean something in a `dkms.conf` (dkms 3.4.3's list).
enum Directives {
    /// One value each, or index 0 of an array.
    static let scalars = [
        "PACKAGE_NAME", "PACKAGE_VERSION", "CLEAN", "AUTOINSTALL", "NO_WEAK_MODULES", "BUILD_DEPENDS_REBUILD",
        "OBSOLETE_BY", "PRE_BUILD", "POST_BUILD", "PRE_INSTALL", "POST_INSTALL", "POST_ADD", "POST_REMOVE",
        "REMAKE_INITRD", "MODULES_CONF_ALIAS_TYPE", "MODULES_CONF_OBSOLETE_ONLY",
    ]

    static let arrays = [
        "BUILT_MODULE_NAME", "BUILT_MODULE_LOCATION", "DEST_MODULE_NAME", "DEST_MODULE_LOCATION", "STRIP",
        "MAKE",
        "MAKE_MATCH", "PATCH", "PATCH_MATCH", "BUILD_DEPENDS", "BUILD_EXCLUSIVE_KERNEL",
        "BUILD_EXCLUSIVE_KERNEL_MIN", "BUILD_EXCLUSIVE_KERNEL_MAX", "BUILD_EXCLUSIVE_ARCH",
        "BUILD_EXCLUSIVE_CONFIG", "MODULES_CONF", "MODULES_CONF_OBSOLETES",
    ]

    static var all: [String] { scalars + arrays }

    private static let names: [UInt64: String] = Dictionary(
        uniqueKeysWithValues: all.map { (PlainVariables.hash($0.utf8), $0) })

    /// The directive with this name, which makes no new string of it.
    static func name(hash: UInt64, _ bytes: some Collection<UInt8>) -> String? {
        guard let name = names[hash], name.utf8.elementsEqual(bytes) else { return nil }
        return name
    }

    /// The arrays whose highest index says how many records there are.
    static let records = [
        "BUILT_MODULE_NAME", "BUILT_MODULE_LOCATION", "DEST_MODULE_NAME", "DEST_MODULE_LOCATION",
    ]

    /// Ignored by dkms today, with what to do instead.
    static let deprecated: [(name: String, advice: String)] = [
        ("CLEAN", "remove it: every build starts from a fresh copy of the tree"),
        ("MODULES_CONF", "ship a file for modprobe.d instead"),
        ("MODULES_CONF_ALIAS_TYPE", "remove it: modprobe.conf aliases are no longer written"),
        ("MODULES_CONF_OBSOLETES", "ship a blacklist for modprobe.d instead"),
        ("MODULES_CONF_OBSOLETE_ONLY", "remove it: modprobe.conf is no longer written"),
        ("OBSOLETE_BY", "use BUILD_EXCLUSIVE_KERNEL_MAX instead"),
        ("REMAKE_INITRD", "remove it: the initramfs is the distribution's task"),
    ]

    /// The known name that `name` was probably meant to be: at most two typing errors away.
    static func nearest(to name: String) -> String? {
        Spelling.nearest(to: name, in: all)
    }
}

package import Archive

/// A file that is shipped beside the module: how it is loaded, what it needs, who talks to it.
package struct PayloadFile: Hashable, Sendable {
    /// What it is for, which settles its place and its flags on each distribution.
    package enum Role: String, CaseIterable, Hashable, Sendable {
        /// modprobe.d(5).
        case modprobe
        /// modules-load.d(5).
        case modulesLoad = "modules-load"
        /// A rules file of udev(7).
        case udev
        case firmware
        /// dracut.conf(5).
        case dracut
        /// What the administrator may change; the destination says where.
        case config
        /// Anything else; the destination says where.
        case plain
    }

    package var role: Role
    package var content: FileContent
    /// What the file is called where only a folder is known.
    package var name: String
    /// Relative to the root of the system; nil for the place that the role has on the target.
    package var destination: String?
    /// The lower twelve bits.
    package var permissions: UInt16

    package init(
        role: Role, content: FileContent, name: String, destination: String?, permissions: UInt16 = 0o644
    ) {
        self.role = role
        self.content = content
        self.name = name
        self.destination = destination
        self.permissions = permissions
    }
}

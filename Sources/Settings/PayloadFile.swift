package import Archive
package import Diagnostics

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

        /// How the names of such files end: what reads the folder passes over any other.
        package var suffix: String? {
            switch self {
            case .modprobe, .modulesLoad, .dracut: ".conf"
            case .udev: ".rules"
            case .firmware, .config, .plain: nil
            }
        }
    }

    /// What is different on some target; nil leaves it as it is.
    package struct Difference: Hashable, Sendable {
        /// `deb`, `rpm`, a distribution, or one release of it: `debian:12`.
        package var target: String
        package var destination: String?
        package var permissions: UInt16?
        package var isConfiguration: Bool?
        /// Whether it is there at all.
        package var isShipped = true

        package init(target: String) { self.target = target }
    }

    package var role: Role
    package var content: FileContent
    /// What the file is called where only a folder is known; may have folders in front.
    package var name: String
    /// Relative to the root of the system; nil for the place that the role has on the target.
    package var destination: String?
    /// The lower twelve bits.
    package var permissions: UInt16
    /// Whether an administrator's change is kept; nil for what the role and place mean.
    package var isConfiguration: Bool? = nil
    /// The most particular one that fits holds, key by key.
    package var differences: [Difference] = []
    /// Where the settings file has it, for what is wrong with it; nil where none has it.
    package var place: Diagnostic.Location? = nil

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

/// A processor architecture under each of the names that the field has for it.
package enum Architecture: String, CaseIterable, Sendable {
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case x86_64, i386, aarch64, armv7l, riscv64, ppc64le, s390x, loongarch64, mips64el

    /// `uname -m` of the kernel, which is also dkms's name in `/var/lib/dkms/N/V/K/ARCH`.
    package var kernelName: String { self == .i386 ? "i686" : rawValue }

    /// Finds an architecture by any of its names.
    package init?(named name: String) {
        let match = Self.allCases.first {
            [$0.rawValue, $0.kernelName, $0.debianName, $0.rpmName].contains(name)
        }
        guard let match else { return nil }
        self = match
    }

    /// dpkg's name (`dpkg-architecture -L`).
    package var debianName: String {
        switch self {
        case .x86_64: "amd64"
        case .i386: "i386"
        case .aarch64: "arm64"
        case .armv7l: "armhf"
        case .riscv64: "riscv64"
        case .ppc64le: "ppc64el"
        case .s390x: "s390x"
        case .loongarch64: "loong64"
        case .mips64el: "mips64el"
        }
    }

    /// rpm's name (rpm's `rpmrc`).
    package var rpmName: String {
        switch self {
        case .i386: "i686"
        case .armv7l: "armv7hl"
        default: rawValue
        }
    }

    /// pacman's name (makepkg.conf's CARCH; Arch Linux has x86_64, its ports the others).
    package var pacmanName: String {
        switch self {
        case .i386: "i686"
        case .armv7l: "armv7h"
        default: rawValue
        }
    }

    /// apk's name (`apk --print-arch`).
    package var apkName: String {
        switch self {
        case .i386: "x86"
        case .armv7l: "armv7"
        default: rawValue
        }
    }

    /// The kernel's option that only this architecture sets.
    private var configurationOption: String {
        switch self {
        case .x86_64: "CONFIG_X86_64"
        case .i386: "CONFIG_X86_32"
        case .aarch64: "CONFIG_ARM64"
        case .armv7l: "CONFIG_ARM"
        case .riscv64: "CONFIG_RISCV"
        case .ppc64le: "CONFIG_PPC64"
        case .s390x: "CONFIG_S390"
        case .loongarch64: "CONFIG_LOONGARCH"
        case .mips64el: "CONFIG_MIPS"
        }
    }

    /// The architecture that a kernel was configured for; nil for one that this table lacks.
    package init?(of config: KernelConfig) {
        guard let match = Self.allCases.first(where: { config[$0.configurationOption] == "y" }) else {
            return nil
        }
        self = match
    }

    /// That of the machine which runs mkdkms.
    package static var host: Architecture {
        #if arch(x86_64)
            .x86_64
        #elseif arch(arm64)
            .aarch64
        #elseif arch(riscv64)
            .riscv64
        #elseif arch(s390x)
            .s390x
        #else
            #error("add this architecture to the table")
        #endif
    }
}

package import Compression

extension Distribution {
    /// What a distribution's packages are.
    package enum PackageFormat: String, CaseIterable, Sendable { case deb, rpm, pacman, apk }

    package var packageFormat: PackageFormat { name.packageFormat }

    /// How a distribution has one package of modules serve all kernels of an ABI.
    package enum SharedModules: Sendable {
        /// weak-modules of Red Hat and its kin.
        case weakModules
        /// Kernel module packages of SUSE.
        case kmp
    }

    /// Nil where each kernel needs modules of its own.
    package var sharedModules: SharedModules? { name.sharedModules }

    /// Whether packages of this distribution are rpms.
    package var usesRPM: Bool { packageFormat == .rpm }

    /// How the distribution compresses its own modules.
    package var moduleCompression: CompressionFormat {
        switch name {
        case .debian: (Int(version) ?? 0) >= 13 ? .xz : .none
        case .ubuntu, .arch, .sles, .opensuse: name == .ubuntu && version < "24" ? .none : .zst
        case .el, .fedora, .openeuler, .kylin, .anolis: .xz
        case .alpine: .gz
        case .uos: .none
        }
    }

    /// Where packages put modules: `/lib/modules` where that is still its own folder to the packaging tools.
    ///
    /// dpkg refuses nothing, but lintian of Debian 13 calls files below `/lib` an error (aliased-location).
    package var modulesPrefix: String {
        switch name {
        case .debian: (Int(version) ?? 0) >= 13 ? "usr/lib/modules" : "lib/modules"
        case .ubuntu: version >= "24" ? "usr/lib/modules" : "lib/modules"
        case .arch, .fedora: "usr/lib/modules"
        // 15 has /lib as a folder of its own.
        case .sles, .opensuse: version.hasPrefix("15") ? "lib/modules" : "usr/lib/modules"
        default: "lib/modules"
        }
    }

    /// In which folder each package's documentation has its own.
    package var documentationFolder: String {
        switch name {
        case .sles, .opensuse: "usr/share/doc/packages"
        default: "usr/share/doc"
        }
    }

    /// How its packages are compressed: by what its oldest package tool still reads.
    ///
    /// A package is written once and read often, so with zstd it is at the level of Fedora's `w19.zstdio` and of Ubuntu's dpkg.
    package func packageCompression(threads: Int) -> CompressionSettings {
        switch name {
        case .ubuntu, .fedora, .arch, .opensuse: CompressionSettings(.zst, level: 19, threads: threads)
        default: CompressionSettings(.xz, level: 6, threads: threads)
        }
    }
}

extension Distribution.Name {
    var sharedModules: Distribution.SharedModules? {
        switch self {
        case .sles, .opensuse: .kmp
        case .el, .fedora, .openeuler, .kylin, .anolis: .weakModules
        case .debian, .ubuntu, .uos, .arch, .alpine: nil
        }
    }

    var packageFormat: Distribution.PackageFormat {
        switch self {
        case .debian, .ubuntu, .uos: .deb
        case .el, .fedora, .sles, .opensuse, .openeuler, .kylin, .anolis: .rpm
        case .arch: .pacman
        case .alpine: .apk
        }
    }
}

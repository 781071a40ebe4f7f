package import Compression

extension Distribution {
    /// Whether a distribution's depmod and modprobe see modules of a compression: they pass over files of a suffix that
    /// they don't know.
    package enum Readability: Sendable {
        case reads
        /// Its kmod is built without it; one from elsewhere may read it.
        case isBuiltWithout
        /// Its kmod is older than the code for it.
        case predates
    }

    /// What is known of the kmod that a distribution's releases come with, as its `--version` tells.
    ///
    /// kmod reads zstd since 28. Debian builds it with zstd since 12 and, as Ubuntu does, without zlib.
    package func readability(of format: CompressionFormat) -> Readability {
        switch format {
        case .none, .xz: .reads
        case .gz:
            name == .debian || name == .ubuntu ? .isBuiltWithout : .reads
        case .zst:
            switch name {
            case .debian: isBefore(11) ? .predates : isBefore(12) ? .isBuiltWithout : .reads
            case .ubuntu: isBefore(22) ? .predates : .reads
            case .el, .anolis: isBefore(9) ? .predates : .reads
            case .openeuler: isBefore(22) ? .predates : .reads
            // V10 has kmod 27, 20 is made of Debian 10.
            case .kylin: isBefore(11) ? .predates : .reads
            case .uos: isBefore(21) ? .predates : .reads
            case .fedora, .sles, .opensuse, .arch, .alpine: .reads
            }
        }
    }

    /// Whether weak-modules links modules of a compression into other kernels: that of Red Hat's 8 and 9 passes `.ko.zst` over.
    package func weakModulesLinks(_ format: CompressionFormat) -> Bool {
        format != .zst || !(name == .el && isBefore(10) || name == .anolis && isBefore(9))
    }

    /// Whether its first number, as in `24.04` and `v10`, is smaller than `major`; false where it has none.
    private func isBefore(_ major: Int) -> Bool {
        let digits = version.drop { !$0.isASCII || !$0.isNumber }.prefix { $0.isASCII && $0.isNumber }
        return Int(digits).map { $0 < major } ?? false
    }
}

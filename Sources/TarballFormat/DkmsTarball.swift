package import Archive
package import Compression

/// A `.dkms.tar.*` as a value: what `dkms mktarball` writes and `dkms ldtarball` reads, from 2.8 to 3.4.
package struct DkmsTarball: Hashable, Sendable {
    /// What it carries beside the built modules.
    package enum Source: Hashable, Sendable {
        /// The whole tree, `dkms.conf` at its top.
        case tree(FileList)
        /// Only the configuration; loads where the source is installed already.
        case binariesOnly(conf: FileContent)
    }

    /// What was built for one kernel.
    package struct Kernel: Hashable, Sendable {
        /// As in `uname -r`.
        package var release: String
        /// As in `uname -m`.
        package var architecture: String
        /// `module/`: the .ko files, compressed or not, and Module.symvers; paths relative to it.
        package var modules: FileList
        /// `log/make.log`.
        package var log: FileContent?

        package init(
            release: String, architecture: String, modules: FileList, log: FileContent? = nil
        ) {
            self.release = release
            self.architecture = architecture
            self.modules = modules
            self.log = log
        }
    }

    /// PACKAGE_NAME of the dkms.conf.
    package var name: String
    /// PACKAGE_VERSION of the dkms.conf.
    package var version: String
    package var source: Source
    package var kernels: [Kernel]

    package init(name: String, version: String, source: Source, kernels: [Kernel] = []) {
        self.name = name
        self.version = version
        self.source = source
        self.kernels = kernels
    }

    /// What interface.md calls the file: `N-V-source-only.dkms.tar.gz`, or with `-kernelK-A` for each kernel, and
    /// `manykernels` where those take more than 200 characters, as in dkms.
    package func fileName(_ format: CompressionFormat) -> String {
        let list = kernels.map { "-kernel\($0.release)-\($0.architecture)" }.joined()
        let kernelPart = list.utf8.count > 200 ? "-manykernels" : list
        let part = kernels.isEmpty ? "-source-only" : kernelPart
        return "\(name)-\(version)\(part).dkms.tar\(format.suffix)"
    }
}

/// The names inside a dkms tarball.
enum DkmsLayout {
    static let main = "dkms_main_tree"
    static let source = "dkms_source_tree"
    static let binariesOnly = "dkms_binaries_only"
    /// dkms up to 2.8.7 refuses a tarball without it ("created with dkms < 2.0").
    static let version = "dkms_main_tree/dkms_dbversion"
    static let versionText = "2.0.0\n"
}

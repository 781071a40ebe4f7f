/// What a `dkms.conf` is evaluated for: the variables it may use, and the system it is to see.
///
/// The variables are those that dkms 3.4.3 has set when it reads the file; nothing else reaches it.
package struct ConfContext: Hashable, Sendable {
    /// `$kernelver`; nil for an evaluation that is for no kernel, as for a source-only artifact.
    ///
    /// The variable is empty then, so that patterns of `MAKE_MATCH` and `PATCH_MATCH` match nothing.
    package var kernelRelease: String?
    /// `$arch`: the kernel's `uname -m` name.
    package var arch: String
    /// `$kernel_source_dir`; by default `/lib/modules/K/build`.
    package var kernelSourceFolder: String
    /// `$kernel_config`; by default `.config` in the folder above.
    package var kernelConfig: String
    /// `$module` and `$module_version`; empty when a tree is read for the first time.
    package var module = ""
    package var moduleVersion = ""
    /// The value of `$dkms_tree`.
    ///
    /// Files name the build folder as `$dkms_tree/NAME/VERSION/build`; a build elsewhere sets this so that they
    /// find it.
    package var dkmsTree = "/var/lib/dkms"
    /// The value of `$source_tree`.
    package var sourceTree = "/usr/src"
    /// The value of `$install_tree`.
    package var installTree = "/lib/modules"
    /// The value of `$tmp_location`.
    package var temporaryLocation = "/tmp"
    /// The value of `$parallel_jobs`.
    package var parallelJobs = 1
    /// Files of the target distribution's `/etc`, by name.
    ///
    /// With any of them the file is evaluated in a mount namespace in which `/etc` shows these and none of the
    /// host's files that tell which system it is.
    package var etcFiles: [String: [UInt8]] = [:]
    /// Stands in for the PACKAGE_VERSION of the file, as `--package-version` asks for it.
    ///
    /// What the file makes of `$PACKAGE_VERSION` follows.
    package var packageVersion: String?
    /// How long the file may take.
    package var timeout: Duration = .seconds(60)

    package init(
        kernelRelease: String? = nil, arch: String, kernelSourceFolder: String? = nil,
        kernelConfig: String? = nil
    ) {
        self.kernelRelease = kernelRelease
        self.arch = arch
        let folder = kernelSourceFolder ?? kernelRelease.map { "/lib/modules/\($0)/build" } ?? ""
        self.kernelSourceFolder = folder
        self.kernelConfig = kernelConfig ?? (folder.isEmpty ? "" : "\(folder)/.config")
    }

    /// The variables under the names that the file uses.
    var variables: [String: String] {
        [
            "kernelver": kernelRelease ?? "", "arch": arch, "kernel_source_dir": kernelSourceFolder,
            "kernel_config": kernelConfig, "module": module, "module_version": moduleVersion,
            "dkms_tree": dkmsTree, "source_tree": sourceTree, "install_tree": installTree,
            "tmp_location": temporaryLocation, "parallel_jobs": String(parallelJobs),
        ]
    }
}

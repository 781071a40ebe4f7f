/// What a dkms command line asks for, once it was understood (dkms(8), "ACTIONS" and "OPTIONS").
package struct EngineRequest: Sendable {
    package enum Action: String, CaseIterable, Sendable {
        case add, remove, build, unbuild, install, uninstall, match, autoinstall, mktarball, ldtarball, status
        case generateMok = "generate_mok"
        case kernelPreinst = "kernel_preinst"
        case kernelPostinst = "kernel_postinst"
        case kernelPrerm = "kernel_prerm"

        /// Whether it is one of the hooks that work on exactly one kernel.
        package var isKernelHook: Bool {
            self == .kernelPreinst || self == .kernelPostinst || self == .kernelPrerm
        }
    }

    package var action: Action?
    package var module = ""
    package var version = ""
    /// `-k`, in the order given; one per architecture once ``Engine`` has filled in the defaults.
    package var kernels: [String] = []
    package var architectures: [String] = []
    package var templateKernel: String?
    /// `-c`: a dkms.conf in place of the tree's.
    package var conf: String?
    /// `--config`: the kernel's configuration.
    package var kernelConfig: String?
    package var kernelSourceFolder: String?
    package var archive: String?
    /// A folder with a dkms.conf that was named in place of a module.
    package var sourceFolder: String?
    /// `--directive NAME=VALUE`.
    package var directives: [String] = []
    package var dkmsTree: String?
    package var sourceTree: String?
    package var installTree: String?
    /// `-j` as given; 0 means as many as make likes.
    package var parallelJobs: String?
    package var isForced = false
    package var overridesVersion = false
    package var all = false
    package var isBinariesOnly = false
    package var isSourceOnly = false
    package var isVerbose = false
    package var isSafeUpgrade = false
    package var symlinksModules = false
    package var skipsDepmod = false
    package var probesOnInstall = false
    /// False with `--no-shell`: a dkms.conf that needs one is refused.
    package var mayUseShell = true
    /// `status --json`.
    package var wantsJSON = false

    package init() {}
}

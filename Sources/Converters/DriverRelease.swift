package import Compression
package import Cryptography
import Diagnostics
package import DkmsConf
package import Kernels
package import Settings
package import SourceTree
package import Templates

/// Everything that converters work from: the tree, its modules for each kernel, and how they are to be packaged.
package struct DriverRelease: Sendable {
    package let tree: SourceTree
    package let identity: PackageIdentity
    /// dkms.conf evaluated for no particular kernel.
    package let conf: DkmsConf
    package let naming: PackageNaming
    package let metadata: PackageMetadata
    /// One for each kernel that was built, in the order of `-k`.
    package let units: [PreparedUnit]
    /// Those that the build failed for.
    package var failedKernels: [KernelFacts] = []
    package let settings: ReleaseSettings
    /// What the settings file says of the project.
    package var project = ProjectSettings()
    /// The digest of the tree, where somebody had to make it already: all of the tree is read for it.
    package var knownSourceDigest: String? = nil
    /// What the package that the tree came in says of others; nil where it came in none.
    package var carried: CarriedRelations? = nil
    /// What it says of itself; nothing likewise.
    package var texts = CarriedTexts()

    /// The package that carries the files shipped beside the module, which every other one then needs; nil without any.
    var commonPackage: String? { project.files.isEmpty ? nil : naming.commonPackage }

    /// One SHA-256 for the whole tree, in lower-case hex.
    func sourceDigest() throws(Diagnostic) -> String {
        if let knownSourceDigest { return knownSourceDigest }
        return try tree.digest()
    }
}

/// How artifacts are made, apart from what goes into them.
package struct ReleaseSettings: Sendable {
    /// Whose rules apply; nil for those of each kernel's headers.
    package var target: Distribution?
    /// Seconds since 1970 that stand for every clock; a production sets what ``ArtifactTime`` finds.
    package var epoch: Int64
    /// `--archive-compression`; nil for each format's own choice.
    package var archiveCompression: CompressionSettings?
    /// `--compress`; nil for each format's own choice.
    package var moduleCompression: CompressionFormat?
    /// Threads for a compressor.
    package var threads: Int
    package var templates: TemplateLibrary
    /// Signs SHA256SUMS of a bundle; nil leaves it unsigned.
    package var identity: SigningIdentity?
    /// Signs packages and repositories; nil leaves them unsigned.
    package var packageSigner: OpenPGPSigner? = nil
    /// What the hooks of `N-dkms` do with a module that could not be made.
    package var hooks = HookPolicy.lenient

    package init(
        target: Distribution?, epoch: Int64 = 0, archiveCompression: CompressionSettings?,
        moduleCompression: CompressionFormat?, threads: Int, templates: TemplateLibrary,
        identity: SigningIdentity?
    ) {
        self.target = target
        self.epoch = epoch
        self.archiveCompression = archiveCompression
        self.moduleCompression = moduleCompression
        self.threads = threads
        self.templates = templates
        self.identity = identity
    }
}

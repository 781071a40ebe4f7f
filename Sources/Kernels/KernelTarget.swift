package import Compression
package import Diagnostics
import Streams
package import SystemPackage

/// One kernel to build modules for: what it is, where its headers are, and what its modules have to look like.
package struct KernelTarget: Sendable {
    /// `UTS_RELEASE` of the headers, equal to `uname -r` of the running kernel.
    package let release: String
    package let architecture: Architecture
    /// The folder for `make -C`, with links resolved.
    package let buildFolder: FilePath
    /// Every folder that belongs to these headers, `buildFolder` first: a build may read them and nothing may write.
    package let headerFolders: [FilePath]
    /// Where the kernel's own modules are, `/lib/modules/K`; it need not exist.
    package let modulesFolder: FilePath
    package let config: KernelConfig
    package let compiler: KernelCompiler
    /// What the headers say about their origin; nil where they don't.
    package let distribution: Distribution?
    /// How the kernel's own modules are compressed; nil where none is installed.
    package let moduleCompression: CompressionFormat?

    /// The digest for module signatures, `CONFIG_MODULE_SIG_HASH`; nil for a kernel without signature checks.
    package var signatureHash: String? { config["CONFIG_MODULE_SIG_HASH"] }

    /// `Module.symvers` of the kernel.
    package var symvers: FilePath { buildFolder.appending("Module.symvers") }

    /// `/lib/modules/K/build` where that leads to the headers, as files written for dkms expect; else the headers.
    package var installedBuildFolder: FilePath {
        isInstalled ? modulesFolder.appending("build") : buildFolder
    }

    /// Whether `/lib/modules/K` belongs to these headers, and not to another kernel of the same name.
    package var isInstalled: Bool { Self.isInstalled(buildFolder, of: modulesFolder) }

    /// Whether the headers in `buildFolder` are those that `build` in `modulesFolder` leads to.
    static func isInstalled(_ buildFolder: FilePath, of modulesFolder: FilePath) -> Bool {
        (try? Files.canonical(modulesFolder.appending("build"))) == buildFolder
    }

    /// The CRC of `module_layout`, the kernel's identity beyond its name; nil without CONFIG_MODVERSIONS.
    package func moduleLayoutCRC() throws(Diagnostic) -> String? {
        guard config["CONFIG_MODVERSIONS"] == "y" else { return nil }
        return try ModuleSymvers(symvers).crc(of: "module_layout")
    }
}

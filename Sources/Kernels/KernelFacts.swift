package import Compression
package import Diagnostics
package import SystemPackage

/// What packaging a kernel's modules needs to know of the kernel, when its headers may be gone.
package struct KernelFacts: Codable, Hashable, Sendable {
    package var release: String
    /// As `uname -m` prints it.
    package var arch: String
    /// `CONFIG_CC_VERSION_TEXT`.
    package var compiler: String
    /// As in Module.symvers, `0x` and eight hex digits; nil without CONFIG_MODVERSIONS.
    package var moduleLayoutCRC: String?
    /// The suffix of the kernel's own modules without the dot, or `none`; nil where none was there to see.
    package var moduleCompression: String?
    /// `CONFIG_MODULE_SIG_HASH`.
    package var signatureHash: String?
    /// `DISTRO:VERSION` of the headers.
    package var distribution: String?
    /// Where the kernel's Module.symvers is, as long as its headers are at hand: no record keeps it.
    package var symvers: FilePath?

    private enum CodingKeys: CodingKey {
        case release, arch, compiler, moduleLayoutCRC, moduleCompression, signatureHash, distribution
    }

    package init(_ kernel: KernelTarget) throws(Diagnostic) {
        release = kernel.release
        arch = kernel.architecture.kernelName
        compiler = kernel.compiler.version
        moduleLayoutCRC = try kernel.moduleLayoutCRC()
        moduleCompression = kernel.moduleCompression?.rawValue
        signatureHash = kernel.signatureHash
        distribution = kernel.distribution?.description
        symvers = kernel.symvers
    }

    package init(release: String, arch: String) {
        self.release = release
        self.arch = arch
        compiler = ""
    }

    package var architecture: Architecture? { Architecture(named: arch) }

    /// The distribution whose rules the kernel's packages follow; nil where the headers don't tell.
    package var target: Distribution? {
        distribution.flatMap { Distribution(recorded: $0) }
    }

    /// How the kernel's own modules are compressed; nil where that isn't known.
    package var nativeCompression: CompressionFormat? {
        moduleCompression.flatMap(CompressionFormat.init(rawValue:))
    }
}

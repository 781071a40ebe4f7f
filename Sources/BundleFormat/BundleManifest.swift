/// What a bundle says about itself in `manifest.json` and, for sh, in `kernels.tsv` (docs/bundle.md).
package struct BundleManifest: Hashable, Sendable {
    /// The first member of the JSON document.
    package static let schema = "mkdkms.bundle-manifest/1"

    package struct Module: Hashable, Sendable {
        /// The path in the bundle, such as `modules/6.1.0-56-amd64/hello.ko`.
        package var file: String
        /// Of the file as it is in the bundle, in lower-case hex.
        package var sha256: String
        /// The path beneath `/lib/modules/K` that it is installed to, such as `updates/hello/hello.ko`.
        package var destination: String
        /// The CRC of every symbol that it needs of the kernel.
        ///
        /// Those of other modules of this bundle are left out: no other kernel's symvers could have them.
        package var symbols: [String: UInt32]

        package init(file: String, sha256: String, destination: String, symbols: [String: UInt32]) {
            self.file = file
            self.sha256 = sha256
            self.destination = destination
            self.symbols = symbols
        }

        /// The module's name as modprobe knows it, without suffixes.
        package var name: String {
            let base = file.split(separator: "/").last.map(String.init) ?? file
            guard let suffix = base.firstRange(of: ".ko") else { return base }
            return String(base[..<suffix.lowerBound])
        }
    }

    package struct Kernel: Hashable, Sendable {
        /// `uname -r`.
        package var release: String
        /// The CRC of the symbol `module_layout`; nil for a kernel without CONFIG_MODVERSIONS.
        package var moduleLayoutCRC: UInt32?
        package var vermagic: String
        package var modules: [Module]

        package init(release: String, moduleLayoutCRC: UInt32?, vermagic: String, modules: [Module]) {
            self.release = release
            self.moduleLayoutCRC = moduleLayoutCRC
            self.vermagic = vermagic
            self.modules = modules
        }

        /// The name of the folder beneath `modules/`: the release, unless the bundle has that release twice.
        package var folder: String {
            let parts = (modules.first?.file ?? "").split(separator: "/")
            return parts.count > 2 ? String(parts[1]) : release
        }
    }

    package var name: String
    package var version: String
    /// The kernel's name of the architecture, as `uname -m` prints it.
    package var arch: String
    /// SHA-256 of the source tree that the modules were built from, in lower-case hex.
    package var sourceDigest: String
    package var kernels: [Kernel]
    /// The file of the certificate in the bundle, `mok.der`; nil for unsigned modules.
    package var certificate: String?
    /// What the kernels say they were compiled with, and so were the modules; several with `; ` between.
    package var compiler: String
    /// The program that made the bundle; without a version, which would make equal bundles differ.
    package var createdBy: String

    package init(
        name: String, version: String, arch: String, sourceDigest: String, kernels: [Kernel],
        certificate: String?, compiler: String, createdBy: String
    ) {
        self.name = name
        self.version = version
        self.arch = arch
        self.sourceDigest = sourceDigest
        self.kernels = kernels
        self.certificate = certificate
        self.compiler = compiler
        self.createdBy = createdBy
    }
}

/// A symbol CRC as text.
package enum SymbolCRC {
    /// `0x` and eight digits, as in Module.symvers.
    package static func text(_ crc: UInt32) -> String {
        let digits = String(crc, radix: 16)
        return "0x" + String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }

    /// Nil for what is no CRC.
    package static func parse(_ text: String) -> UInt32? {
        guard text.hasPrefix("0x"), text.utf8.count <= 10, !text.contains("+") else { return nil }
        return UInt32(text.dropFirst(2), radix: 16)
    }
}

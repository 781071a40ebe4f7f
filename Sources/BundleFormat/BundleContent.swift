package import Archive
package import Cryptography
import Diagnostics
import Streams

/// Everything that goes into a bundle, before it is laid out and summed.
package struct BundleContent: Sendable {
    /// One module as it is shipped: stripped, signed and compressed already.
    package struct Module: Sendable {
        /// `hello.ko`, or with the suffix of its compression.
        package var fileName: String
        /// The path beneath `/lib/modules/K`, file name included.
        package var destination: String
        package var content: FileContent
        /// See ``BundleManifest/Module/symbols``.
        package var symbols: [String: UInt32]

        package init(
            fileName: String, destination: String, content: FileContent, symbols: [String: UInt32]
        ) {
            self.fileName = fileName
            self.destination = destination
            self.content = content
            self.symbols = symbols
        }
    }

    package struct Kernel: Sendable {
        package var release: String
        package var moduleLayoutCRC: UInt32?
        package var vermagic: String
        package var modules: [Module]

        package init(release: String, moduleLayoutCRC: UInt32?, vermagic: String, modules: [Module]) {
            self.release = release
            self.moduleLayoutCRC = moduleLayoutCRC
            self.vermagic = vermagic
            self.modules = modules
        }
    }

    package var name: String
    package var version: String
    package var arch: String
    package var sourceDigest: String
    package var compiler: String
    package var createdBy: String
    package var kernels: [Kernel]
    /// The rendered template `bundle/install`.
    package var installScript: String
    /// What the modules are signed with, for enrolment; carried as `mok.der` and `mok.pem`.
    package var certificate: Certificate?
    /// The source tree, for kernels that nothing prebuilt fits.
    package var source: FileList?

    package init(
        name: String, version: String, arch: String, sourceDigest: String, compiler: String,
        createdBy: String, kernels: [Kernel], installScript: String, certificate: Certificate? = nil,
        source: FileList? = nil
    ) {
        self.name = name
        self.version = version
        self.arch = arch
        self.sourceDigest = sourceDigest
        self.compiler = compiler
        self.createdBy = createdBy
        self.kernels = kernels
        self.installScript = installScript
        self.certificate = certificate
        self.source = source
    }

    /// The folder that the archive has at its top, and without suffix its file name: `N-V-bundle-A`.
    package var folder: String { "\(name)-\(version)-bundle-\(arch)" }

    /// - Throws: `bad-bundle-name`, naming every value that could not stand in a path, a table and a script alike.
    func check() throws(Diagnostic) {
        var faults: [Diagnostic] = []
        for (what, value) in [("name", name), ("version", version), ("architecture", arch)]
        where !Self.isPlainName(value) {
            faults.append(Self.fault("the \(what) \"\(value)\""))
        }
        for kernel in kernels {
            if !Self.isPlainName(kernel.release) {
                faults.append(Self.fault("the release \"\(kernel.release)\""))
            }
            if kernel.vermagic.utf8.contains(where: { $0 < 32 }) {
                faults.append(Self.fault("the vermagic of \(kernel.release)"))
            }
            for module in kernel.modules {
                faults += Self.faults(of: module)
            }
        }
        guard faults.isEmpty else {
            throw .error(
                "bad-bundle-name", "\(name) \(version) cannot be bundled under these names",
                hint: "use letters, digits and . _ + ~ - only", related: faults)
        }
    }

    private static func faults(of module: Module) -> [Diagnostic] {
        var faults: [Diagnostic] = []
        let stem = module.fileName.prefix { $0 != "." }
        if !isPlainName(module.fileName) || !module.fileName.dropFirst(stem.count).hasPrefix(".ko")
            || !stem.utf8.allSatisfy({ isLetterOrDigit($0) || "_-".utf8.contains($0) })
        {
            faults.append(fault("the file \"\(module.fileName)\""))
        }
        let parts = module.destination.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count < 2 || !parts.allSatisfy({ isPlainName(String($0)) }) {
            faults.append(fault("the destination \"\(module.destination)\""))
        }
        let symbols = module.symbols.keys.filter { !$0.utf8.allSatisfy { $0 > 32 && $0 < 127 } }
        return faults + symbols.sorted().map { fault("the symbol \"\($0)\"") }
    }

    /// What `install` takes for a plain name too: one path component that no shell or table gives a meaning.
    private static func isPlainName(_ text: String) -> Bool { PlainName.isPlain(text) }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static func fault(_ what: String) -> Diagnostic {
        .error("bad-bundle-name", "\(what) has characters that a bundle's scripts cannot take")
    }
}

package import Archive
package import Compression
import Diagnostics
package import KernelModule
package import Kernels
package import SystemPackage

/// A module that is ready to ship: stripped, signed where a key was given, as `.ko` and in its compressed form.
package struct PreparedModule: Sendable {
    /// Without `.ko`.
    package let name: String
    /// Its DEST_MODULE_LOCATION.
    package let destination: String
    /// What the module says of itself; nil for one that is planned only, and so has no content either.
    package let facts: ModuleFile?
    package let plain: FileContent
    package let packed: FileContent
    package let packedFormat: CompressionFormat

    /// The file as it is in an artifact that compresses modules with `format`.
    package func file(_ format: CompressionFormat) -> (name: String, content: FileContent) {
        format == packedFormat && format != .none
            ? ("\(name).ko\(format.suffix)", packed) : ("\(name).ko", plain)
    }
}

/// The modules of one kernel, ready to ship.
package struct PreparedUnit: Sendable {
    package let kernel: KernelFacts
    package let modules: [PreparedModule]
    /// The compression that packages use for this kernel's modules.
    package let compression: CompressionFormat
    package let log: FilePath?
    /// What ``foreignSymbols()`` said when the modules were built; nil where nobody wrote it down.
    var recordedForeignSymbols: [String]? = nil
}

extension PreparedUnit {
    /// What its modules say of themselves; those that are planned only say nothing.
    var facts: [ModuleFile] { modules.compactMap(\.facts) }

    var hasUnsignedModule: Bool { modules.contains { $0.facts?.signature == nil } }

    /// The module files as entries beneath `folder`.
    func entries(in folder: String, epoch: Int64) -> [FileEntry] {
        modules.map { module in
            let (name, content) = module.file(compression)
            return FileEntry(
                path: "\(folder)/\(name)", kind: .file(content), permissions: 0o644, modified: epoch)
        }
    }

    /// - Throws: `unknown-architecture` for one that package formats have no name for.
    func knownArchitecture() throws(Diagnostic) -> Architecture {
        guard let architecture = kernel.architecture else {
            throw .error(
                "unknown-architecture", "package formats have no name for the architecture \(kernel.arch)",
                hint: "leave kernel \(kernel.release) out of the packages")
        }
        return architecture
    }
}

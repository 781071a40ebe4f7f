import Archive
import Compression
import Diagnostics

/// The modules of one kernel as files of an .rpm, in a folder of their own.
struct RPMModuleFiles {
    /// The modules, and their folder: what is above it belongs to whoever else puts modules there.
    let files: FileList
    /// The modules as they will lie in the system, a line each.
    let paths: String

    /// - Parameter compression: of the files; nil for what packages use for this kernel's modules.
    init(
        _ unit: PreparedUnit, folder: String, epoch: Int64, compression: CompressionFormat? = nil
    ) throws(Diagnostic) {
        var modules: [FileEntry] = []
        for module in unit.modules {
            let (name, content) = module.file(compression ?? unit.compression)
            modules.append(
                FileEntry(
                    path: "\(folder)/\(name)", kind: .file(content), permissions: 0o644, modified: epoch))
        }
        let own = FileEntry(path: folder, kind: .directory, permissions: 0o755, modified: epoch)
        files = try FileList(modules + [own])
        paths = modules.map { "/\($0.path)" }.joined(separator: "\n")
    }
}

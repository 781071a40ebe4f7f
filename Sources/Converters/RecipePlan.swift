import Archive
import Compression
import Cryptography
import Diagnostics
import Streams
import SystemPackage

/// A folder for a distribution's own build tool, packed: a recipe to be edited, and the sources that it names.
struct RecipePlan: ArtifactPlan {
    let artifact: ArtifactName
    let files: FileList

    /// - Parameters:
    ///   - folder: the one folder in the archive.
    ///   - files: what is in it, by name.
    init(
        file: String, format: String, folder: String, epoch: Int64,
        _ files: [(name: String, content: FileContent)]
    ) throws(Diagnostic) {
        artifact = ArtifactName(file: file, format: format, kind: "skeleton", kernels: [])
        self.files = try FileList(
            [FileEntry(path: folder, kind: .directory, permissions: 0o755, modified: epoch)]
                + files.map {
                    FileEntry(
                        path: "\(folder)/\($0.name)", kind: .file($0.content), permissions: 0o644,
                        modified: epoch)
                })
    }

    var outline: [String] { files.map(\.path) }

    func write(to path: FilePath) throws(Diagnostic) {
        let compressor = try Compressor(CompressionSettings(.gz), into: try OutputFile(path))
        try TarWriter.write(files, into: compressor).finish().commit()
    }
}

extension DriverRelease {
    /// The tree as `N-V.tar.gz` with its folder, for recipes; in memory, for its digest is part of them.
    func recipeSource() throws(Diagnostic) -> [UInt8] {
        let files = try sourceFiles().beneath("usr/src")
        let compressor = try Compressor(
            CompressionSettings(.gz, threads: settings.threads), into: MemorySink())
        return try TarWriter.write(files, into: compressor).finish().bytes
    }

    /// The maintainer for a comment: one line.
    var maintainerLine: String { String(metadata.maintainer.filter { !$0.isNewline }) }

    /// The version for package managers that know no `~`, in which what comes before a release has no mark, as
    /// `1.5.0rc1`, or that of `mark`.
    func version(preRelease mark: String) -> String { naming.version.replacing("~", with: mark) }
}

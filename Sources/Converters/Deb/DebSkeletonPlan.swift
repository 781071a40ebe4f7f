import Archive
import Compression
import DebFormat
import Diagnostics
import Streams
import SystemPackage

/// A source package about to be laid out as the folder that one works in: `n-V/` with `debian/` and the tree, and the
/// authors' tarball beside it, which dpkg-buildpackage wants.
struct DebSkeletonPlan: ArtifactPlan {
    let source: DebSourcePackage
    let compression: CompressionSettings
    let epoch: Int64
    let writesOriginal: Bool

    private static let main = "control"

    var artifact: ArtifactName { name("\(source.folderName)/debian/\(Self.main)") }

    /// The tree's own files are not counted: they are what the tarball holds.
    var companions: [ArtifactName] {
        source.debian.filter { $0.kind != .directory && $0.path != Self.main }
            .map { name("\(source.folderName)/debian/\($0.path)") }
            + (writesOriginal ? [name(source.originalName(compression.format))] : [])
    }

    var outline: [String] {
        source.debian.map { "debian/\($0.path)" } + source.original.map(\.path)
    }

    /// - Throws: `edited-skeleton` where the folder is there with other files in it.
    func check(at path: FilePath) throws(Diagnostic) {
        let folder = Self.folder(path)
        if Files.exists(folder) { try refuseEdited(try files(), in: folder) }
    }

    func write(to path: FilePath) throws(Diagnostic) {
        let folder = Self.folder(path)
        let files = try files()
        if Files.exists(folder) {
            try refuseEdited(files, in: folder)
        } else {
            let temporary = Files.partial(of: folder)
            do throws(Diagnostic) {
                try place(files, in: temporary, then: folder)
            } catch {
                try? Files.removeTree(temporary)
                throw error
            }
        }
        if writesOriginal {
            try DebSourceWriter.writeOriginal(
                source, into: folder.removingLastComponent(), compression: compression, epoch: epoch)
        }
    }

    /// `n-V/` of `n-V/debian/control`.
    private static func folder(_ path: FilePath) -> FilePath {
        path.removingLastComponent().removingLastComponent()
    }

    private func files() throws(Diagnostic) -> FileList {
        try FileList(source.debian.moved(under: "debian").entries + source.original.entries)
            .addingParents(mtime: epoch).clamped(to: epoch)
    }

    private func place(_ files: FileList, in temporary: FilePath, then folder: FilePath) throws(Diagnostic) {
        do {
            try Files.makeDirectory(temporary)
        } catch {
            throw .file("create", temporary, error)
        }
        try files.copy(to: temporary)
        do {
            try Files.rename(temporary, to: folder)
        } catch {
            throw .file("create", folder, error)
        }
    }

    /// What somebody has changed is not written over; a folder that is as it would be made stays.
    private func refuseEdited(_ files: FileList, in folder: FilePath) throws(Diagnostic) {
        var edited: [String] = []
        for entry in files {
            guard case .file(let content) = entry.kind else { continue }
            let place = folder.pushing(FilePath(entry.path))
            guard Files.isRegularFile(place), try Files.read(place) == content.readAll() else {
                edited.append(entry.path)
                continue
            }
        }
        guard !edited.isEmpty else { return }
        throw .error(
            "edited-skeleton", "\(folder) is there already, and differs from what would be written",
            hint: "move it away or give another folder with -o, then take over your changes",
            related: edited.sorted().prefix(10).map { .error("edited-skeleton", "\($0) differs") })
    }

    private func name(_ file: String) -> ArtifactName {
        ArtifactName(file: file, format: "deb", kind: "skeleton", kernels: [])
    }
}

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
            + [name("\(source.folderName)/\(SkeletonRecord.path)")]
            + (writesOriginal ? [name(source.originalName(compression.format))] : [])
    }

    var outline: [String] {
        source.debian.map { "debian/\($0.path)" } + [SkeletonRecord.path] + source.original.map(\.path)
    }

    /// - Throws: `edited-skeleton` where the folder is there and somebody has edited a file of it, whatever it was made of.
    func check(at path: FilePath) throws(Diagnostic) {
        let folder = Self.folder(path)
        if Files.exists(folder) { _ = try unedited(folder, before: try SkeletonRecord(try files())) }
    }

    func write(to path: FilePath) throws(Diagnostic) {
        let folder = Self.folder(path)
        // `check(at:)` has refused an edited folder; the only other one that may be refused comes first.
        if writesOriginal {
            try DebSourceWriter.writeOriginal(
                source, into: folder.removingLastComponent(), compression: compression, epoch: epoch)
        }
        let files = try files()
        let record = try SkeletonRecord(files)
        if Files.exists(folder) {
            try replace(try unedited(folder, before: record), by: files, record, in: folder)
        } else {
            let temporary = Files.partial(of: folder)
            do throws(Diagnostic) {
                try place(files, record, in: temporary, then: folder)
            } catch {
                try? Files.removeTree(temporary)
                throw error
            }
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

    private func place(
        _ files: FileList, _ record: SkeletonRecord, in temporary: FilePath, then folder: FilePath
    ) throws(Diagnostic) {
        do {
            try Files.makeDirectory(temporary)
        } catch {
            throw .file("create", temporary, error)
        }
        try files.copy(to: temporary)
        try record.write(in: temporary)
        do {
            try Files.rename(temporary, to: folder)
        } catch {
            throw .file("create", folder, error)
        }
    }

    /// What the folder was made as; nothing of what was added to it since, which stays.
    ///
    /// - Throws: `edited-skeleton` for files that are neither as they were made nor as they would be.
    private func unedited(
        _ folder: FilePath, before new: SkeletonRecord
    ) throws(Diagnostic) -> SkeletonRecord {
        let made = try SkeletonRecord(in: folder)
        let differences = try (made.map { $0.joined(new) } ?? new).differences(in: folder)
        guard !differences.isEmpty else { return made ?? new }
        func faults(_ gone: String, _ otherwise: String) -> [Diagnostic] {
            differences.prefix(10).map {
                .error("edited-skeleton", "\($0.path) \($0.isGone ? gone : otherwise)")
            }
        }
        guard made != nil else {
            throw .error(
                "edited-skeleton",
                "\(folder) is there already and differs, and \(SkeletonRecord.path) has no record of how it was written",
                hint:
                    "remove it if nobody has edited it, else move it away or give another folder with -o, then take over your changes",
                related: faults("is missing", "differs"))
        }
        throw .error(
            "edited-skeleton", "\(folder) is there already, with files that are not as mkdkms wrote them",
            hint: "move it away or give another folder with -o, then take over your changes",
            related: faults("is gone", "was edited"))
    }

    /// Makes of what is there something else; a run that is killed leaves what the next one goes on with.
    private func replace(
        _ old: SkeletonRecord, by files: FileList, _ new: SkeletonRecord, in folder: FilePath
    ) throws(Diagnostic) {
        try old.joined(new).write(in: folder)
        for path in old.paths.subtracting(new.paths).sorted() {
            var place = folder.pushing(FilePath(path))
            if Files.exists(place) { try Files.removeFile(place) }
            while place.removeLastComponent(), place != folder, (try? Files.names(in: place)) == [] {
                try? Files.removeTree(place)
            }
        }
        for entry in files {
            let place = folder.pushing(FilePath(entry.path))
            do {
                try Self.write(entry, to: place)
            } catch let error as Diagnostic {
                throw error
            } catch {
                throw .file("write", place, (error as? Errno) ?? .ioError)
            }
        }
        try new.write(in: folder)
    }

    private static func write(_ entry: FileEntry, to place: FilePath) throws {
        switch entry.kind {
        case .directory: try Files.makeDirectories(place)
        case .symbolicLink(let target):
            try? Files.remove(place)
            try Files.makeSymbolicLink(place, to: target)
        case .file(let content):
            let bytes = try content.readAll()
            let isThere = (try? Files.status(place))?.kind == .regular
            // Its time stays: make goes by it.
            guard try !isThere || Files.read(place) != bytes else {
                return try Files.setPermissions(place, entry.permissions)
            }
            try Files.write(bytes, to: place, mode: entry.permissions)
            try Files.setModified(place, entry.modified)
        }
    }

    private func name(_ file: String) -> ArtifactName {
        ArtifactName(file: file, format: "deb", kind: "skeleton", kernels: [])
    }
}

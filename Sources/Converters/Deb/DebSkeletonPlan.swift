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
    /// The same source package of another revision.
    let revised: @Sendable (String) throws(Diagnostic) -> DebSourcePackage

    private static let main = "control"
    private static let changelog = "changelog"

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

    /// - Throws: `edited-skeleton` where the folder is there with other files in it than some revision has.
    func check(at path: FilePath) throws(Diagnostic) {
        let folder = Self.folder(path)
        if Files.exists(folder) { _ = try made(files(source), in: folder) }
    }

    func write(to path: FilePath) throws(Diagnostic) {
        let folder = Self.folder(path)
        let files = try files(source)
        if Files.exists(folder) {
            try replace(try made(files, in: folder), by: files, in: folder)
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

    private func files(_ source: DebSourcePackage) throws(Diagnostic) -> FileList {
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

    /// What the folder was made as: these files, or those of the revision that its changelog names.
    ///
    /// Files that neither has are somebody's own, and stay.
    /// - Throws: `edited-skeleton` for files that are as neither has them.
    private func made(_ files: FileList, in folder: FilePath) throws(Diagnostic) -> FileList {
        var edited = try edited([files], in: folder)
        if edited.isEmpty { return files }
        if let older = try ofItsRevision(folder) {
            edited = try self.edited([files, older], in: folder)
            if edited.isEmpty { return older }
        }
        throw .error(
            "edited-skeleton", "\(folder) is there already, and differs from what would be written",
            hint: "move it away or give another folder with -o, then take over your changes",
            related: edited.prefix(10).map { .error("edited-skeleton", "\($0) differs") })
    }

    /// The files that the run wrote which made the folder, where it was for another revision; nil where that can't be.
    private func ofItsRevision(_ folder: FilePath) throws(Diagnostic) -> FileList? {
        let log = folder.appending("debian").appending(Self.changelog)
        guard Files.isRegularFile(log),
            let version = try Files.readText(log).prefixMatch(of: /\S+ \([^()\n]+-([^()\n-]+)\)/),
            let source = try? revised(String(version.1))
        else { return nil }
        return try files(source)
    }

    /// The paths, sorted, of what is as none of the lists has it.
    private func edited(_ lists: [FileList], in folder: FilePath) throws(Diagnostic) -> [String] {
        var edited: [String] = []
        for path in Set(lists.flatMap { $0.map(\.path) }).sorted() {
            let found = try content(of: folder.pushing(FilePath(path)))
            var isKnown = false
            for list in lists where !isKnown {
                switch list[path: path]?.kind {
                case nil: isKnown = found == .nothing
                case .file(let content): isKnown = try found == .file(content.readAll())
                case .directory, .symbolicLink: isKnown = true
                }
            }
            if !isKnown { edited.append(path) }
        }
        return edited
    }

    private enum Found: Equatable { case nothing, other, file([UInt8]) }

    private func content(of path: FilePath) throws(Diagnostic) -> Found {
        if Files.isRegularFile(path) { return .file(try Files.read(path)) }
        return Files.exists(path) ? .other : .nothing
    }

    /// Makes of what is there in one revision the other one; a run that is killed leaves what the next one goes on with.
    private func replace(_ old: FileList, by new: FileList, in folder: FilePath) throws(Diagnostic) {
        let log = "debian/\(Self.changelog)"
        // It says which revision the rest is, or was, of.
        let order = new.filter { $0.path != log }.entries + new.filter { $0.path == log }.entries
        for entry in old where entry.kind != .directory && new[path: entry.path] == nil {
            let place = folder.pushing(FilePath(entry.path))
            if Files.exists(place) { try Files.removeFile(place) }
        }
        for entry in order {
            guard case .file(let content) = entry.kind else { continue }
            let place = folder.pushing(FilePath(entry.path))
            let bytes = try content.readAll()
            guard try self.content(of: place) != .file(bytes) else { continue }
            do {
                try Files.makeDirectories(place.removingLastComponent())
                try Files.write(bytes, to: place, mode: entry.permissions)
                try Files.setModified(place, entry.modified)
            } catch let error as Diagnostic {
                throw error
            } catch {
                throw .file("write", place, (error as? Errno) ?? .ioError)
            }
        }
    }

    private func name(_ file: String) -> ArtifactName {
        ArtifactName(file: file, format: "deb", kind: "skeleton", kernels: [])
    }
}

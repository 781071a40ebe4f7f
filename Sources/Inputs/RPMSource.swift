import Archive
import DebFormat
import Diagnostics
import RPMFormat
import SourceTree
import Streams
import SystemPackage

/// A .src.rpm: a spec, and the sources and patches that it names.
struct RPMSource {
    private let rpm: RPMReader

    init(_ rpm: RPMReader) { self.rpm = rpm }

    /// Unpacks the package beneath `folder` and prepares its tree as the spec's %prep says.
    func unpack(into folder: FilePath) async throws(Diagnostic) -> Unpacked {
        let parts = folder.appending("parts")
        let build = folder.appending("build")
        for place in [parts, build] {
            do {
                try Files.makeDirectory(place)
            } catch {
                throw .file("create", place, error)
            }
        }
        try rpm.extract(into: parts)
        let spec = try readSpec(in: parts)
        let archive = try part(spec.source, of: parts)
        let tree: FilePath
        if spec.makesFolder {
            tree = build.appending(spec.folder)
            try DebianSource.moving(tree) { () throws(Errno) in try Files.makeDirectory(tree) }
        } else {
            tree = build
        }
        var reader = try ArchiveReader(file: archive)
        try ArchiveExtraction(into: tree).extract(&reader)
        let top = build.appending(spec.folder)
        guard Files.isDirectory(top) else {
            throw SpecFile.unsupported(rpm.path, "its archive has no folder \(spec.folder)")
        }
        let times = try TreeTimes(of: top)
        for patch in spec.patches {
            try await SourcePatch(file: try part(patch.name, of: parts), strip: patch.strip).apply(to: top)
        }
        try times.limit(top)
        let (root, conf) = try self.root(top, spec, parts)
        let common = commonFiles(spec, parts)
        let others = spec.sources.filter { source in
            source != spec.source && source != conf && source != common?.archive && !Self.isAside(source)
                && source != DebPackage.copyrightName
        }
        var metadata = OriginalMetadata(rpm, spec: spec)
        metadata.areFilesTold = common != nil
        let copyright = DebPackage.copyrightName
        if spec.sources.contains(copyright) {
            metadata.licenses[copyright] = try Files.read(try part(copyright, of: parts))
        }
        let left = (others + (common?.files ?? [])).filter(FilesBesideTree.isOne)
        return Unpacked(
            root: root, isNamed: root != top, origin: TreeOrigin(root, unpackedBelow: build, from: rpm.path),
            metadata: metadata, filesBesideTree: FilesBesideTree(left, of: rpm.path),
            warnings: reader.warnings)
    }

    /// Whether a source is no file of anybody's: signatures, the keys they are checked by, and what rpmlint is not to say.
    private static func isAside(_ source: String) -> Bool {
        [".asc", ".sig", ".sign", ".gpg", "rpmlintrc"].contains(where: source.hasSuffix)
    }

    /// The archive in which mkdkms packs the files beside a module, and those files as they are installed; nil without
    /// one, or where it can't be read: nothing of it is needed.
    private func commonFiles(_ spec: SpecFile, _ parts: FilePath) -> (archive: String, files: [String])? {
        let archive = spec.sources.first {
            $0 != spec.source && $0.contains("-common-\(rpm.version).tar.") && !Self.isAside($0)
        }
        guard let archive, let files = try? members(try part(archive, of: parts)) else { return nil }
        return (archive, files)
    }

    /// All but folders, each without the folder that all of them are in.
    private func members(_ archive: FilePath) throws(Diagnostic) -> [String] {
        var names: [String] = []
        var reader = try ArchiveReader(file: archive)
        while let member = try reader.next() {
            guard member.kind != .directory, let path = member.relativePath else { continue }
            names.append(path.split(separator: "/").dropFirst().joined(separator: "/"))
        }
        return names
    }

    private func readSpec(in parts: FilePath) throws(Diagnostic) -> SpecFile {
        let names: [String]
        do {
            names = try Files.names(in: parts).filter { $0.hasSuffix(".spec") }
        } catch {
            throw .file("read", parts, error)
        }
        guard names.count == 1, let name = names.first else {
            throw SpecFile.unsupported(rpm.path, "it holds \(names.count) specs")
        }
        return try SpecFile(
            try Files.readText(parts.appending(name)), name: rpm.name, version: rpm.version,
            release: rpm.release, shown: rpm.path)
    }

    /// The tree's root, and the name of the dkms.conf that is a source of its own: it belongs to a tree that has none.
    private func root(
        _ top: FilePath, _ spec: SpecFile, _ parts: FilePath
    ) throws(Diagnostic) -> (FilePath, conf: String?) {
        do throws(Diagnostic) {
            return (try TreeSearch(folder: top, shown: rpm.path).root(), nil)
        } catch {
            let confs = spec.sources.filter { $0.hasSuffix("dkms.conf") }
            guard error.code == "no-dkms-conf", confs.count == 1, let conf = confs.first else { throw error }
            let from = try part(conf, of: parts)
            try DebianSource.moving(from) { () throws(Errno) in
                try Files.rename(from, to: top.appending("dkms.conf"))
            }
            return (top, conf)
        }
    }

    /// A file of the package by its name alone: what a spec names has no way out of it.
    private func part(_ name: String, of parts: FilePath) throws(Diagnostic) -> FilePath {
        guard PlainName.isPlain(name), Files.isRegularFile(parts.appending(name)) else {
            throw SpecFile.unsupported(rpm.path, "its spec names \(name), which it doesn't hold")
        }
        return parts.appending(name)
    }
}

import Archive
import DebFormat
import Diagnostics
import SourceTree
import Streams
import SystemPackage

extension DebianSource {
    /// Unpacks the package beneath `folder` and applies its patches, as `dpkg-source -x` does.
    ///
    /// The folder `debian` is no part of the module's source and stays out of the tree; a dkms.conf in it, as dh_dkms
    /// has it, is used where the source has none.
    func unpack(into folder: FilePath) async throws(Diagnostic) -> Unpacked {
        let tree = try await patchedTree(in: folder)
        let debian = folder.appending("debian")
        if Files.exists(tree.appending("debian")) {
            try Self.moving(tree.appending("debian")) { () throws(Errno) in
                try Files.rename(tree.appending("debian"), to: debian)
            }
        }
        var warnings: [Diagnostic] = []
        let root: FilePath
        do throws(Diagnostic) {
            root = try TreeSearch(folder: tree, shown: dsc).root()
        } catch {
            guard error.code == "no-dkms-conf", let warning = try takeConf(from: debian, to: tree) else {
                throw error
            }
            warnings.append(warning)
            root = tree
        }
        var metadata = OriginalMetadata(self, debian: debian)
        metadata.areFilesTold = tellsCommonFiles(debian)
        return Unpacked(
            root: root, isNamed: root != tree, origin: TreeOrigin(root, unpackedBelow: tree, from: dsc),
            metadata: metadata, filesBesideTree: FilesBesideTree(try filesBesideTree(debian), of: dsc),
            warnings: warnings)
    }

    /// The source with its patches, and `debian` in it.
    private func patchedTree(in folder: FilePath) async throws(Diagnostic) -> FilePath {
        let tree = folder.appending("tree")
        let tars = names.filter { $0.contains(".tar.") && !$0.hasSuffix(".asc") && !$0.hasSuffix(".sig") }
        let isOriginal = { (name: String) in name.contains(".orig.tar.") }
        let format = control["Format"] ?? "1.0"
        switch format {
        case "3.0 (quilt)":
            guard let original = tars.first(where: isOriginal),
                let packaging = tars.first(where: { $0.contains(".debian.tar.") })
            else { throw DebSourceDescription.damaged(dsc, "it names no .orig.tar and .debian.tar") }
            try place(original, at: tree, in: folder)
            for part in tars where part.contains(".orig-") {
                try place(part, at: tree.appending(try component(part)), in: folder)
            }
            try place(packaging, at: tree.appending("debian"), in: folder)
            try await patch(tree, with: try series(tree.appending("debian/patches")))
        case "1.0" where names.contains { $0.hasSuffix(".diff.gz") }:
            guard let original = tars.first(where: isOriginal),
                let difference = names.first(where: { $0.hasSuffix(".diff.gz") })
            else { throw DebSourceDescription.damaged(dsc, "it names no .orig.tar") }
            try place(original, at: tree, in: folder)
            try await patch(tree, with: [try SourcePatch(file: file(difference), strip: 1)])
        case "1.0", "3.0 (native)":
            guard tars.count == 1, let only = tars.first else {
                throw DebSourceDescription.damaged(dsc, "it names no single .tar")
            }
            try place(only, at: tree, in: folder)
        default:
            throw .error(
                "unsupported-dsc", "\(dsc) has the format \(format)",
                hint: "unpack it with dpkg-source -x, and give the folder")
        }
        return tree
    }

    /// The name of the folder that a further archive of the original is for: `N_V.orig-NAME.tar.xz`.
    private func component(_ name: String) throws(Diagnostic) -> String {
        guard let part = name.firstMatch(of: /\.orig-([A-Za-z0-9-]+)\.tar\./) else {
            throw DebSourceDescription.damaged(dsc, "\(name) names no component")
        }
        return String(part.1)
    }

    /// Extracts an archive and puts what is in its one folder, or all of it, at `place`, in place of what is there.
    private func place(_ name: String, at place: FilePath, in folder: FilePath) throws(Diagnostic) {
        let fresh = folder.appending("unpacking")
        try Self.moving(fresh) { () throws(Errno) in try Files.makeDirectory(fresh) }
        var reader = try ArchiveReader(file: file(name))
        try ArchiveExtraction(into: fresh).extract(&reader)
        try Self.moving(place) { () throws(Errno) in
            let inside = try Files.names(in: fresh)
            var top = fresh
            if inside.count == 1, let only = inside.first,
                try Files.status(fresh.appending(only)).kind == .directory
            {
                top = fresh.appending(only)
            }
            try Files.removeTree(place)
            try Files.rename(top, to: place)
            try Files.removeTree(fresh)
        }
    }

    /// The patches of a series, in order (dpkg-source(1), "Format: 3.0 (quilt)"); none where there is no series.
    private func series(_ folder: FilePath) throws(Diagnostic) -> [SourcePatch] {
        guard let list = ["debian.series", "series"].map(folder.appending).first(where: Files.isRegularFile)
        else {
            return []
        }
        var patches: [SourcePatch] = []
        for line in try Files.readText(list).lines {
            // A comment begins with # at the start or behind a blank.
            let words = line.split(whereSeparator: \.isWhitespace).prefix { !$0.hasPrefix("#") }
            guard let name = words.first else { continue }
            guard words.dropFirst().allSatisfy({ $0 == "-p1" }) else {
                throw .error(
                    "unsupported-dsc",
                    "the series of \(dsc) applies \(name) with \(words.dropFirst().joined(separator: " "))",
                    hint: "unpack it with dpkg-source -x, and give the folder")
            }
            do throws(Diagnostic) {
                try FileList.check(String(name))
            } catch {
                throw DebSourceDescription.damaged(dsc, "its series names \(name)")
            }
            patches.append(try SourcePatch(file: folder.pushing(FilePath(String(name))), strip: 1))
        }
        return patches
    }

    private func patch(_ tree: FilePath, with patches: [SourcePatch]) async throws(Diagnostic) {
        let times = try TreeTimes(of: tree)
        for patch in patches { try await patch.apply(to: tree) }
        try times.limit(tree)
    }

    /// Makes the one dkms.conf of the packaging that of the tree, as dh_dkms would; nil where there isn't one.
    private func takeConf(from debian: FilePath, to tree: FilePath) throws(Diagnostic) -> Diagnostic? {
        let found = ((try? Files.names(in: debian)) ?? []).filter {
            $0 == "dkms.conf" || $0.hasSuffix(".dkms")
        }
        guard found.count == 1, let name = found.first else { return nil }
        let file = debian.appending(name)
        let text = try Files.readText(file).replacing("#MODULE_VERSION#", with: upstreamVersion)
        let conf = tree.appending("dkms.conf")
        try Files.write(Array(text.utf8), to: conf)
        try Self.moving(conf) { () throws(Errno) in
            try Files.setModified(conf, try Files.status(file).modified)
        }
        return .warning(
            "debian-conf",
            "the source of \(dsc) has no dkms.conf: debian/\(name) is used, with the whole source as its tree",
            hint: "where debian/rules installs other files than these, give the -dkms .deb")
    }

    static func moving<Value>(
        _ path: FilePath, _ body: () throws(Errno) -> Value
    ) throws(Diagnostic) -> Value {
        do throws(Errno) {
            return try body()
        } catch {
            throw .file("unpack", path, error)
        }
    }
}

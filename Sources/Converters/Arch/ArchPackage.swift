import Archive
import Compression
import Cryptography
import Diagnostics
import Streams
import SystemPackage

/// A package for pacman: its fields and its files.
struct ArchPackage: Sendable {
    let name: String
    /// With the revision.
    let version: String
    let summary: String
    let homepage: String
    let license: String
    let packager: String
    let provides: [String]
    /// `any`, or the one that its programs are for.
    let architecture: String
    /// Files of which an administrator's change is kept.
    let backup: [String]
    let files: FileList
    let epoch: Int64

    var fileName: String { "\(name)-\(version)-\(architecture).pkg.tar" }

    /// `.PKGINFO`, a field a line (PKGBUILD(5) and makepkg's own order).
    var information: String {
        var fields: [(String, String)] = [
            ("pkgname", name), ("pkgbase", name), ("xdata", "pkgtype=pkg"), ("pkgver", version),
            ("pkgdesc", summary),
            ("url", homepage), ("builddate", "\(epoch)"), ("packager", packager),
            ("size", "\(files.totalSize)"),
            ("arch", architecture), ("license", license),
        ]
        fields += provides.map { ("provides", $0) } + backup.map { ("backup", $0) } + [("depend", "dkms")]
        return fields.filter { !$0.1.isEmpty }
            .map { "\($0.0) = \(String($0.1.map { $0.isNewline ? " " : $0 }))\n" }.joined()
    }

    /// All members in their order: the two that describe the package come first.
    func members() throws(Diagnostic) -> [FileEntry] {
        let own = FileEntry(
            path: ".PKGINFO", kind: .file(.text(information)), permissions: 0o644, modified: epoch)
        let listed = [own] + files.addingParents(mtime: epoch).entries
        var sink = try Compressor(CompressionSettings(.gz), into: MemorySink())
        try sink.write(try Self.tree(listed))
        let packed = try sink.finish().bytes
        return [
            FileEntry(path: ".MTREE", kind: .file(.bytes(packed)), permissions: 0o644, modified: epoch)
        ] + listed
    }

    /// What pacman -Qkk compares files with (mtree(5)).
    private static func tree(_ entries: [FileEntry]) throws(Diagnostic) -> String {
        var text = "#mtree\n/set type=file uid=0 gid=0 mode=644\n"
        for entry in entries {
            var words = ["./\(escaped(entry.path))", "time=\(entry.modified).0"]
            if entry.permissions != 0o644 { words.append("mode=\(String(entry.permissions, radix: 8))") }
            switch entry.kind {
            case .directory: words.append("type=dir")
            case .symbolicLink(let target): words += ["type=link", "link=\(escaped(target))"]
            case .file(let content):
                var md5 = Digest(.md5)
                var sha256 = Digest(.sha256)
                try content.forEachChunk { (chunk) throws(Diagnostic) in
                    md5.update(chunk)
                    sha256.update(chunk)
                }
                words += [
                    "size=\(content.size)", "md5digest=\(Hex.string(md5.finish()))",
                    "sha256digest=\(Hex.string(sha256.finish()))",
                ]
            }
            text += words.joined(separator: " ") + "\n"
        }
        return text
    }

    /// In vis(3)'s octal form: blanks, what isn't ASCII, and what mtree gives a meaning.
    private static func escaped(_ path: String) -> String {
        var text = ""
        for byte in path.utf8 {
            if byte > 32, byte < 127, !"\\#=*?[".utf8.contains(byte) {
                text.append(Character(UnicodeScalar(byte)))
            } else {
                let digits = String(byte, radix: 8)
                text += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
            }
        }
        return text
    }
}

/// A `.pkg.tar.zst` about to be written.
struct ArchPackagePlan: ArtifactPlan {
    let package: ArchPackage
    let compression: CompressionSettings

    var artifact: ArtifactName {
        ArtifactName(
            file: "\(package.fileName).\(compression.format.rawValue)", format: "arch", kind: "dkms",
            kernels: [])
    }

    var outline: [String] { [".MTREE", ".PKGINFO"] + package.files.map(\.path) }

    func write(to path: FilePath) throws(Diagnostic) {
        let compressor = try Compressor(compression, into: try OutputFile(path))
        var tar = TarWriter(into: compressor)
        for entry in try package.members() {
            guard !Task.isCancelled else { throw .interrupted }
            try tar.append(entry)
        }
        try tar.finish().finish().commit()
    }
}

import Archive
package import Compression
import Cryptography
package import Diagnostics
import Streams
package import SystemPackage

/// Writes .deb files of format 2.0 (deb(5)): `debian-binary`, `control.tar`, `data.tar`, both compressed alike.
package enum DebWriter {
    /// What dpkg-deb writes, where the caller has no other wish: xz of level 6 with CRC32.
    package static func defaultSettings(threads: Int) -> CompressionSettings {
        CompressionSettings(.xz, level: 6, threads: threads, check: .crc32)
    }

    /// Writes `package` as the file `target`; memory doesn't grow with the size of its files.
    ///
    /// - Parameter epoch: the time of the archive's members, of added folders and control files, and the latest
    ///   of all times.
    /// - Throws: `bad-package` with everything that dpkg would refuse; `file-error`; `file-changed`.
    package static func write(
        _ package: DebPackage, to target: FilePath, compression: CompressionSettings, epoch: Int64
    ) throws(Diagnostic) {
        try archive(package, target, compression, epoch).commit()
    }

    /// The same with a signature as debsigs makes it: a last member `_gpgorigin`, over the contents of all others.
    ///
    /// - Parameter sign: gives the detached signature of a file, which is gone afterwards.
    package static func write(
        _ package: DebPackage, to target: FilePath, compression: CompressionSettings, epoch: Int64,
        sign: @Sendable (FilePath) async throws(Diagnostic) -> [UInt8]
    ) async throws(Diagnostic) {
        var archive = try archive(package, target, compression, epoch)
        let folder = try TemporaryFolder("deb")
        let signed = folder.path.appending("members")
        var copy = try OutputFile(signed, mode: 0o600)
        try archive.copyContents(to: &copy)
        try copy.commit(syncing: false)
        let signature = try await sign(signed)
        _ = consume folder
        try archive.append(signature: signature)
        try archive.commit()
    }

    private static func archive(
        _ package: DebPackage, _ target: FilePath, _ compression: CompressionSettings, _ epoch: Int64
    ) throws(Diagnostic) -> DebArchive {
        try package.check()
        let files = package.files.addingParents(mtime: epoch).clamped(to: epoch)
        let sums = MD5Sums(files, conffiles: package.conffiles)
        defer { sums.cancel() }
        let place = DebArchive.Place(target, compression, modified: epoch)
        let archive = try DebArchive(place, isControlReady: { sums.isReady }) { () throws(Diagnostic) in
            try controlFiles(package, files, sums: try sums.text(), epoch: epoch)
                .compressed(compression, root: epoch, into: MemorySink()).bytes
        }
        var whole = try files.compressed(compression, root: epoch, into: archive)
        try whole.endData()
        return whole
    }

    private static func controlFiles(
        _ package: DebPackage, _ files: FileList, sums: String, epoch: Int64
    ) throws(Diagnostic) -> FileList {
        var control = package.control
        if control["Installed-Size"] == nil {
            control.insert("Installed-Size", String(installedSize(files)), after: "Maintainer")
        }
        var texts: [(String, String, UInt16)] = [("control", control.text, 0o644)]
        if !sums.isEmpty { texts.append(("md5sums", sums, 0o644)) }
        let lists = [("conffiles", package.conffiles.sorted()), ("triggers", package.triggers)]
        for (name, lines) in lists where !lines.isEmpty {
            texts.append((name, lines.joined(separator: "\n") + "\n", 0o644))
        }
        for (script, text) in package.scripts { texts.append((script.rawValue, text, 0o755)) }
        return try FileList(
            texts.map { name, text, mode in
                FileEntry(path: name, kind: .file(.text(text)), permissions: mode, modified: epoch)
            })
    }

    /// Kibibytes as dpkg-gencontrol counts them: files and links rounded up, everything else 1, the root too.
    static func installedSize(_ files: FileList) -> Int64 {
        files.reduce(1) { $0 + ($1.kind == .directory ? 1 : ($1.size + 1023) / 1024) }
    }
}

/// The lines of the `md5sums` file: every regular file that is no conffile (dh_md5sums(1)).
private struct MD5Sums {
    private let paths: [String]
    private let digests: ContentDigests

    init(_ files: FileList, conffiles: [String]) {
        let excluded = Set(conffiles.map { String($0.drop { $0 == "/" }) })
        var paths: [String] = []
        var contents: [FileContent] = []
        for entry in files where !excluded.contains(entry.path) {
            guard case .file(let content) = entry.kind else { continue }
            paths.append(entry.path)
            contents.append(content)
        }
        self.paths = paths
        digests = ContentDigests(.md5, of: contents)
    }

    var isReady: Bool { digests.isReady }

    func text() throws(Diagnostic) -> String {
        var text = ""
        for (digest, path) in zip(try digests.wait(), paths) {
            text += Hex.string(digest)
            text += "  "
            text += path
            text += "\n"
        }
        return text
    }

    func cancel() { digests.cancel() }
}

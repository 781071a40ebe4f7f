import Archive
package import Compression
import Cryptography
package import Diagnostics
import Streams
package import SystemPackage

/// Writes Debian source packages: the .dsc and the two tarballs that it names (dsc(5)).
package enum DebSourceWriter {
    /// Writes all three into the folder of `target`, which is the .dsc and comes last.
    ///
    /// - Parameters:
    ///   - compression: gz or xz; dpkg-source reads no zst.
    ///   - epoch: the latest of all times, and that of everything which the tarballs add.
    package static func write(
        _ source: DebSourcePackage, to target: FilePath, compression: CompressionSettings, epoch: Int64
    ) throws(Diagnostic) {
        let folder = target.removingLastComponent()
        let tarballs = [
            try writeOriginal(source, into: folder, compression: compression, epoch: epoch),
            try write(
                source.debian.moved(under: "debian"),
                to: folder.appending(source.debianName(compression.format)),
                compression, epoch, isShared: false),
        ]
        try Files.write(Array(description(source, tarballs).utf8), to: target)
    }

    /// Writes the tarball of the authors' release alone, and says what the .dsc has to say of it.
    ///
    /// - Throws: `original-differs` where one of the same name and another content is there.
    @discardableResult
    package static func writeOriginal(
        _ source: DebSourcePackage, into folder: FilePath, compression: CompressionSettings, epoch: Int64
    ) throws(Diagnostic) -> Tarball {
        try write(
            source.original.moved(under: source.folderName),
            to: folder.appending(source.originalName(compression.format)), compression,
            // All revisions have this one, whatever their own time is.
            min(epoch, source.original.newest ?? epoch), isShared: true)
    }

    /// What a .dsc says of one file.
    package struct Tarball: Sendable {
        let name: String
        let size: Int
        let digests: [DigestAlgorithm: [UInt8]]
    }

    private static func write(
        _ files: FileList, to target: FilePath, _ compression: CompressionSettings, _ epoch: Int64,
        isShared: Bool
    ) throws(Diagnostic) -> Tarball {
        let hashing = DigestingSink([.md5, .sha1, .sha256], try OutputFile(target))
        let compressor = try Compressor(compression, into: hashing)
        let list = files.addingParents(mtime: epoch).clamped(to: epoch)
        let result = try TarWriter.write(list, into: compressor).finish().finish()
        let (digests, size) = (result.digests, result.count)
        // Each revision of the version names the same original, by its digest.
        if isShared, Files.exists(target), try FileDigests([.sha256], of: target)[.sha256] != digests[.sha256]
        {
            throw .error(
                "original-differs",
                "\(target) is there with another content, and source packages of other revisions name it",
                hint:
                    "give the changed source a version of its own, write into an empty folder, or remove the tarball if nobody has a package that names it; the times of files count too"
            )
        }
        let file = result.takeBase()
        try file.commit()
        return Tarball(name: target.lastComponent?.string ?? "", size: size, digests: digests)
    }

    private static func description(_ source: DebSourcePackage, _ tarballs: [Tarball]) -> String {
        var fields = ControlFields(["Format": "3.0 (quilt)"])
        for field in source.fields.fields { fields[field.name] = field.value }
        let sums: [(String, DigestAlgorithm)] = [
            ("Checksums-Sha1", .sha1), ("Checksums-Sha256", .sha256), ("Files", .md5),
        ]
        for (name, algorithm) in sums {
            fields[name] = tarballs.map {
                "\n\(Hex.string($0.digests[algorithm] ?? [])) \($0.size) \($0.name)"
            }.joined()
        }
        return fields.text
    }
}

import Archive
import Cryptography
package import Diagnostics
package import SystemPackage

/// Reads bundles: what they hold, and whether their sums are right.
package enum BundleReader {
    /// One file of a bundle, its path without the top folder.
    package struct File: Hashable, Sendable {
        package let path: String
        package let permissions: UInt16
        package let size: Int64
        package let sha256: String
    }

    package struct Bundle: Sendable {
        package let folder: String
        package let manifest: BundleManifest
        /// In the order of the archive.
        package let files: [File]
        package let installScript: String
        /// The bytes that the signature is over.
        package let checksums: [UInt8]
        package let signature: [UInt8]?
        /// DER.
        package let certificate: [UInt8]?
        /// Every file that SHA256SUMS does not describe as it is; empty for a sound bundle.
        package let faults: [Diagnostic]
    }

    /// The largest member that is kept in memory: a module, or the manifest of a bundle for very many kernels.
    private static let memberLimit = 1 << 30

    /// Whether the archive looks like a bundle; only its first members are read.
    package static func recognises(_ path: FilePath) -> Bool {
        guard var reader = try? ArchiveReader(file: path) else { return false }
        var names: Set<String> = []
        for _ in 0..<8 {
            guard let member = try? reader.next(), let name = member.relativePath else { break }
            names.insert(String(name.split(separator: "/").dropFirst().joined(separator: "/")))
        }
        return names.isSuperset(of: ["SHA256SUMS", "install", "kernels.tsv"])
    }

    /// Reads the whole bundle; `onModule` gets each file beneath `modules/` with its bytes.
    ///
    /// - Throws: `bad-bundle` for an archive that is none. Wrong sums are told in ``Bundle/faults`` instead.
    package static func read(
        _ path: FilePath,
        onModule: (String, [UInt8]) throws(Diagnostic) -> Void = { (_, _) throws(Diagnostic) in }
    ) throws(Diagnostic) -> Bundle {
        var reader = try ArchiveReader(file: path)
        var folder: String?
        var files: [File] = []
        var odd: [Diagnostic] = []
        var kept: [String: [UInt8]] = [:]
        while let member = try reader.next() {
            guard let full = member.relativePath else { throw bad(path, "\(member.path) leaves its folder") }
            let parts = full.split(separator: "/", maxSplits: 1)
            guard let top = parts.first else { continue }
            if folder == nil { folder = String(top) }
            guard folder == String(top) else { throw bad(path, "it has more than one folder at its top") }
            guard parts.count == 2 else { continue }
            let name = String(parts[1])
            switch member.kind {
            case .directory: continue
            case .file: break
            default:
                odd.append(.error("unlisted-file", "\(name) is neither a file nor a folder"))
                continue
            }
            var digest = Digest(.sha256)
            var bytes: [UInt8] = []
            let isKept = name.hasPrefix("modules/") || Self.kept.contains(name)
            try reader.forEachChunk { (chunk) throws(Diagnostic) in
                digest.update(chunk)
                guard isKept else { return }
                guard bytes.count + chunk.count <= Self.memberLimit else {
                    throw bad(path, "\(name) is too large")
                }
                unsafe chunk.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
            }
            files.append(
                File(
                    path: name, permissions: member.permissions, size: member.size,
                    sha256: Hex.string(digest.finish())))
            if name.hasPrefix("modules/") { try onModule(name, bytes) }
            if Self.kept.contains(name) { kept[name] = bytes }
        }
        guard let folder, let manifest = kept["manifest.json"], let sums = kept["SHA256SUMS"],
            let install = kept["install"]
        else {
            throw bad(path, "manifest.json, SHA256SUMS or install is missing")
        }
        return Bundle(
            folder: folder, manifest: try BundleManifest(json: manifest), files: files,
            installScript: String(decoding: install, as: UTF8.self), checksums: sums,
            signature: kept["SHA256SUMS.p7s"], certificate: kept["mok.der"],
            faults: odd + faults(of: files, sums: sums))
    }

    private static let kept: Set<String> = [
        "manifest.json", "SHA256SUMS", "SHA256SUMS.p7s", "install", "mok.der",
    ]

    /// Compares the files with the lines `DIGEST  PATH`.
    private static func faults(of files: [File], sums: [UInt8]) -> [Diagnostic] {
        var listed: [String: String] = [:]
        var faults: [Diagnostic] = []
        for line in String(decoding: sums, as: UTF8.self).split(separator: "\n") {
            let name = line.dropFirst(66)
            guard line.utf8.count > 66, line.dropFirst(64).hasPrefix("  "),
                listed.updateValue(String(line.prefix(64)), forKey: String(name)) == nil
            else {
                faults.append(.error("bad-checksums", "SHA256SUMS has the line \"\(line)\""))
                continue
            }
        }
        for file in files where !["SHA256SUMS", "SHA256SUMS.p7s"].contains(file.path) {
            guard let sum = listed.removeValue(forKey: file.path) else {
                faults.append(.error("unlisted-file", "\(file.path) is not in SHA256SUMS"))
                continue
            }
            if sum != file.sha256 {
                faults.append(.error("wrong-checksum", "\(file.path) is not what SHA256SUMS says"))
            }
        }
        for path in listed.keys.sorted() {
            faults.append(.error("missing-file", "\(path) is in SHA256SUMS and not in the bundle"))
        }
        return faults
    }

    private static func bad(_ path: FilePath, _ reason: String) -> Diagnostic {
        .error(
            "bad-bundle", "\(path) is no bundle: \(reason)",
            hint: "give a file that mkdkms bundle wrote, such as N-V-bundle-x86_64.tar.xz")
    }
}

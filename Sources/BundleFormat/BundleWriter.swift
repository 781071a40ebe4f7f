package import Archive
package import Compression
import Cryptography
package import Diagnostics
import Streams
package import SystemPackage

/// Lays a bundle out and writes it as an archive.
package enum BundleWriter {
    /// A bundle that is laid out: what `--dry-run` lists and ``write(_:to:compression:)`` packs.
    package struct Plan: Sendable {
        package let manifest: BundleManifest
        /// Every file and folder, beneath the top folder.
        package let files: FileList
    }

    /// Makes the detached CMS signature (DER) of the bytes of SHA256SUMS.
    package typealias Signer = ([UInt8]) throws(Diagnostic) -> [UInt8]

    /// The files of a bundle with manifest, table and sums; reads every module once.
    ///
    /// - Parameter epoch: the time that everything in it has.
    package static func plan(_ content: BundleContent, epoch: Int64, sign: Signer? = nil)
        throws(Diagnostic) -> Plan
    {
        try content.check()
        var entries: [FileEntry] = []
        func add(_ path: String, _ bytes: FileContent, _ mode: UInt16 = 0o644) {
            entries.append(FileEntry(path: path, kind: .file(bytes), permissions: mode, modified: epoch))
        }

        let kernels = content.kernels.sorted { ($0.release, $0.layoutText) < ($1.release, $1.layoutText) }
        var manifestKernels: [BundleManifest.Kernel] = []
        for kernel in kernels {
            let folder = "modules/" + setName(kernel, among: kernels)
            var modules: [BundleManifest.Module] = []
            for module in kernel.modules.sorted(by: { $0.fileName < $1.fileName }) {
                let file = "\(folder)/\(module.fileName)"
                add(file, module.content)
                modules.append(
                    BundleManifest.Module(
                        file: file, sha256: try sha256(module.content), destination: module.destination,
                        symbols: module.symbols))
            }
            manifestKernels.append(
                BundleManifest.Kernel(
                    release: kernel.release, moduleLayoutCRC: kernel.moduleLayoutCRC,
                    vermagic: kernel.vermagic,
                    modules: modules))
        }
        let manifest = BundleManifest(
            name: content.name, version: content.version, arch: content.arch,
            sourceDigest: content.sourceDigest, kernels: manifestKernels,
            certificate: content.certificate == nil ? nil : "mok.der", compiler: content.compiler,
            createdBy: content.createdBy)

        add("install", .text(content.installScript), 0o755)
        add("manifest.json", .bytes(try manifest.json()))
        add("kernels.tsv", .text(BundleTable.text(manifest)))
        if let certificate = content.certificate {
            add("mok.der", .bytes(certificate.der))
            add("mok.pem", .text(certificate.pem))
        }
        if let source = content.source {
            entries += try withoutLinks(source).moved(under: "source").entries.map {
                var entry = $0
                entry.modified = epoch
                return entry
            }
        }

        var sums = ""
        for entry in try FileList(entries) {
            guard case .file(let bytes) = entry.kind else { continue }
            try checkSummable(entry.path)
            sums += "\(try sha256(bytes))  \(entry.path)\n"
        }
        add("SHA256SUMS", .text(sums))
        if let sign { add("SHA256SUMS.p7s", .bytes(try sign(Array(sums.utf8)))) }
        let files = try FileList(entries).moved(under: content.folder).addingParents(mtime: epoch)
        return Plan(manifest: manifest, files: files)
    }

    /// Packs the files into `target`, which appears when it is whole.
    package static func write(_ plan: Plan, to target: FilePath, compression: CompressionSettings)
        throws(Diagnostic)
    {
        let compressor = try Compressor(compression, into: try OutputFile(target))
        try TarWriter.write(plan.files, into: compressor).finish().commit()
    }

    /// The release; with the CRC when the bundle has kernels that share their name.
    private static func setName(_ kernel: BundleContent.Kernel, among kernels: [BundleContent.Kernel])
        -> String
    {
        let isShared = kernels.count { $0.release == kernel.release } > 1
        return isShared ? "\(kernel.release)~\(kernel.layoutText)" : kernel.release
    }

    private static func sha256(_ content: FileContent) throws(Diagnostic) -> String {
        var digest = Digest(.sha256)
        try content.forEachChunk { (chunk) throws(Diagnostic) in digest.update(chunk) }
        return Hex.string(digest.finish())
    }

    /// Every link of the tree replaced by what it leads to, because a checksum says nothing about a link.
    private static func withoutLinks(_ list: FileList) throws(Diagnostic) -> FileList {
        var entries: [FileEntry] = []
        for entry in list {
            guard case .symbolicLink(let target) = entry.kind else {
                entries.append(entry)
                continue
            }
            guard let path = resolve(target, from: entry.path), let original = list[path: path],
                case .file = original.kind
            else {
                throw .error(
                    "unbundled-link", "the link \(entry.path) in the source leads to no file of it",
                    hint: "replace the link by a file, or leave out --with-source")
            }
            var copy = original
            copy.path = entry.path
            entries.append(copy)
        }
        return try FileList(entries)
    }

    private static func resolve(_ target: String, from link: String) -> String? {
        guard !target.hasPrefix("/") else { return nil }
        var parts = link.split(separator: "/").dropLast()
        for part in target.split(separator: "/") where part != "." {
            if part == ".." {
                guard parts.popLast() != nil else { return nil }
            } else {
                parts.append(part)
            }
        }
        return parts.joined(separator: "/")
    }

    /// sha256sum writes such names escaped, and `install` refuses them.
    private static func checkSummable(_ path: String) throws(Diagnostic) {
        guard !path.utf8.contains(where: { $0 == 10 || $0 == 13 || $0 == UInt8(ascii: "\\") }),
            !path.hasPrefix(" ")
        else {
            throw .error(
                "bad-path", "the name of \(path) has a line break, a backslash or a leading blank",
                hint: "rename the file, or leave out --with-source")
        }
    }
}

extension BundleContent.Kernel {
    fileprivate var layoutText: String { moduleLayoutCRC.map(SymbolCRC.text) ?? "none" }
}

package import Archive
package import Compression
package import Diagnostics
import Streams
package import SystemPackage

extension DkmsTarball {
    /// Everything in the tarball, parent folders included.
    ///
    /// - Parameter epoch: the time of what the tarball adds, and the latest of all times.
    /// - Throws: `bad-tarball` for kernels, names or sources that the layout cannot hold.
    package func files(epoch: Int64) throws(Diagnostic) -> FileList {
        try check()
        func file(_ path: String, _ content: FileContent) -> FileEntry {
            FileEntry(path: path, kind: .file(content), permissions: 0o644, modified: epoch)
        }
        func folder(_ path: String) -> FileEntry {
            FileEntry(path: path, kind: .directory, permissions: 0o755, modified: epoch)
        }
        var entries = [folder(DkmsLayout.main), file(DkmsLayout.version, .text(DkmsLayout.versionText))]
        switch source {
        case .tree(let tree):
            entries += try tree.moved(under: DkmsLayout.source).entries
        case .binariesOnly(let conf):
            let base = DkmsLayout.binariesOnly
            entries += [
                file("\(base)/PACKAGE_NAME", .text(name + "\n")),
                file("\(base)/PACKAGE_VERSION", .text(version + "\n")),
                file("\(base)/dkms.conf", conf),
            ]
        }
        for kernel in kernels {
            let base = "\(DkmsLayout.main)/\(kernel.release)/\(kernel.architecture)"
            entries += try kernel.modules.moved(under: "\(base)/module").entries
            entries += [folder("\(base)/module"), folder("\(base)/log")]
            if let log = kernel.log { entries.append(file("\(base)/log/make.log", log)) }
        }
        return try FileList(entries).addingParents(mtime: epoch).clamped(to: epoch)
    }

    /// Writes the tarball as the file `target`, streaming its contents.
    package func write(
        to target: FilePath, compression: CompressionSettings, epoch: Int64
    ) throws(Diagnostic) {
        let files = try files(epoch: epoch)
        let compressor = try Compressor(compression, into: try OutputFile(target))
        try TarWriter.write(files, prefix: "./", rootTime: epoch, into: compressor).finish().commit()
    }

    private func check() throws(Diagnostic) {
        var faults: [String] = []
        for (what, text) in [("name", name), ("version", version)] where !Self.isComponent(text) {
            faults.append("\"\(text)\" cannot be the \(what) of a module")
        }
        for kernel in kernels
        where !Self.isComponent(kernel.release) || !Self.isComponent(kernel.architecture) {
            faults.append("\"\(kernel.release)/\(kernel.architecture)\" is no kernel and architecture")
        }
        let keys = kernels.map { "\($0.release)/\($0.architecture)" }
        if Set(keys).count < keys.count { faults.append("a kernel is there twice") }
        switch source {
        case .tree(let tree) where tree[path: "dkms.conf"] == nil:
            faults.append("the source tree has no dkms.conf")
        case .binariesOnly where kernels.isEmpty:
            faults.append("there are neither sources nor modules")
        default: break
        }
        guard !faults.isEmpty else { return }
        throw .error(
            "bad-tarball", "no dkms tarball can be made of \(name) \(version)",
            related: faults.map { .error("bad-tarball", $0) })
    }

    private static func isComponent(_ text: String) -> Bool {
        !text.contains("/") && !text.hasLineEnd && (try? FileList.check(text)) != nil
    }
}

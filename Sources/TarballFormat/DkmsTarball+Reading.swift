package import Archive
package import Diagnostics
import Streams
package import SystemPackage

extension DkmsTarball {
    /// Reads a dkms tarball, extracting it beneath `folder`, where its contents then are; the folder has to exist.
    ///
    /// The name and version of one with sources aren't told by the layout but by its dkms.conf, which this doesn't
    /// read: they are empty then.
    /// - Throws: `bad-tarball` for an archive of another layout; `bad-archive`; `unsafe-archive`.
    package init(reading archive: FilePath, into folder: FilePath) throws(Diagnostic) {
        var reader = try ArchiveReader(file: archive)
        try ArchiveExtraction(into: folder).extract(&reader)
        try self.init(extracted: try FileList(folder: folder), name: archive.string)
    }

    /// Whether members of these paths make a dkms tarball.
    package static func isLayout(_ files: FileList) -> Bool {
        files[path: DkmsLayout.main] != nil || !files.beneath(DkmsLayout.main).isEmpty
    }

    /// - Parameter name: how messages call the archive.
    package init(extracted files: FileList, name archive: String) throws(Diagnostic) {
        guard Self.isLayout(files) else { throw Self.fault(archive, "it has no \(DkmsLayout.main)") }
        let tree = files.beneath(DkmsLayout.source)
        if tree[path: "dkms.conf"] != nil {
            self.init(name: "", version: "", source: .tree(tree))
        } else {
            let binaries = files.beneath(DkmsLayout.binariesOnly)
            guard let conf = Self.content(binaries, "dkms.conf") else {
                throw Self.fault(archive, "it has neither a source tree nor a dkms.conf")
            }
            self.init(
                name: try Self.line(binaries, "PACKAGE_NAME", archive),
                version: try Self.line(binaries, "PACKAGE_VERSION", archive),
                source: .binariesOnly(conf: conf))
        }
        kernels = Self.kernels(files.beneath(DkmsLayout.main))
    }

    /// Every folder `K/A` with a `module` folder in it.
    private static func kernels(_ main: FileList) -> [Kernel] {
        main.compactMap { entry in
            let components = entry.path.split(separator: "/")
            guard entry.kind == .directory, components.count == 3, components[2] == "module" else {
                return nil
            }
            return Kernel(
                release: String(components[0]), architecture: String(components[1]),
                modules: main.beneath(entry.path),
                log: content(main, "\(components[0])/\(components[1])/log/make.log"))
        }
    }

    private static func content(_ files: FileList, _ path: String) -> FileContent? {
        guard case .file(let content) = files[path: path]?.kind else { return nil }
        return content
    }

    private static func line(
        _ files: FileList, _ path: String, _ archive: String
    ) throws(Diagnostic) -> String {
        guard let content = content(files, path), content.size <= 4096 else {
            throw fault(archive, "its \(path) is missing")
        }
        let text = String(decoding: try content.readAll(), as: UTF8.self)
        guard let line = text.split(whereSeparator: \.isNewline).first, !line.contains("/") else {
            throw fault(archive, "its \(path) is empty or no name")
        }
        return String(line)
    }

    private static func fault(_ archive: String, _ reason: String) -> Diagnostic {
        .error(
            "bad-tarball", "\(archive) is no dkms tarball: \(reason)",
            hint: "make it with mkdkms tarball or dkms mktarball")
    }
}

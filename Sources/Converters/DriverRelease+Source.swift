import Archive
import Diagnostics
import DkmsConf
import Kernels
import SourceTree
import Streams
import SystemPackage
import Templates

extension DriverRelease {
    /// The time of the source and of the folders around it, which all revisions of a version have alike: that of its newest
    /// file, in seconds since 1970, and none later than the release's.
    var sourceTime: Int64 { min(settings.epoch, tree.newest) }

    /// The tree as it is installed: `usr/src/N-V/…`, folders included, no time later than the release's.
    ///
    /// Only programs are executable there: files that begin as one, and those that dkms.conf names. On others the
    /// bit is a left-over of the file system they were kept on, which lintian and rpmlint complain of.
    func sourceFiles() throws(Diagnostic) -> FileList {
        let folder = "usr/src/\(identity.folderName)"
        let root = FileEntry(path: folder, kind: .directory, permissions: 0o755, modified: sourceTime)
        let named = try wordsOfConf()
        var entries: [FileEntry] = [root]
        for var entry in tree.files {
            if case .file(let content) = entry.kind, entry.permissions & 0o111 != 0 {
                let path = "/\(entry.path)"
                let isNamed = named.contains { "/\($0)".hasSuffix(path) }
                if !isNamed, try !content.isProgram() { entry.permissions = 0o644 }
            }
            entry.path = "\(folder)/\(entry.path)"
            entries.append(entry)
        }
        return try FileList(entries).clamped(to: settings.epoch)
    }

    /// What can be the path of a script in the text of dkms.conf.
    private func wordsOfConf() throws(Diagnostic) -> [Substring] {
        try confText().split { $0.isWhitespace || "\"'`=;&|()".contains($0) }
    }

    /// The text of dkms.conf, as it travels.
    func confText() throws(Diagnostic) -> String {
        guard case .file(let content) = tree.files[path: "dkms.conf"]?.kind else { return "" }
        return String(decoding: try content.readAll(), as: UTF8.self)
    }

    /// What the hooks of an `N-dkms` package are filled with.
    func dkmsTokens(package: String) -> [String: TemplateValue] {
        [
            "NAME": .shell(identity.name), "VERSION": .shell(identity.version), "PACKAGE": .shell(package),
            "AUTOINSTALL": .shell(conf.autoinstall ? "yes" : ""), "HOOKS": .shell(settings.hooks.rawValue),
        ]
    }
}

extension FileContent {
    /// Whether it begins as a script or an ELF file does.
    fileprivate func isProgram() throws(Diagnostic) -> Bool {
        let start = try start(4)
        return start.starts(with: Array("#!".utf8)) || start.starts(with: [0x7F, 0x45, 0x4C, 0x46])
    }

    /// The first bytes, `count` at most.
    func start(_ count: Int) throws(Diagnostic) -> ArraySlice<UInt8> {
        switch self {
        case .bytes(let bytes): return bytes.prefix(count)
        case .onDisk(let path, _):
            var buffer = [UInt8](repeating: 0, count: count)
            do {
                let file = try Files.open(path)
                defer { try? file.close() }
                return buffer[..<(try Files.read(file, into: &buffer))]
            } catch {
                throw .file("read", path, error)
            }
        }
    }
}

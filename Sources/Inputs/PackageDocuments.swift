import Compression
import Diagnostics
import Streams
import SystemPackage

/// The files that Debian Policy 12.5 and 12.7 want of a package, by their paths in it.
struct PackageDocuments {
    private let copyright: String
    /// That of the packaging first; a native package has only the other one.
    private let changelogs: [String]

    /// More than any changelog is; keeps a crafted file from filling the memory.
    private static let largest = 16 << 20

    init(of package: String) {
        // A name with folders in it is none, and leads to none.
        let folder = "usr/share/doc/\(PlainName.isPlain(package) ? package : "none")"
        copyright = "\(folder)/copyright"
        changelogs = ["\(folder)/changelog.Debian.gz", "\(folder)/changelog.gz"]
    }

    func contains(_ path: String) -> Bool { path == copyright || changelogs.contains(path) }

    /// Whether a file goes on in what is made of the package: of two changelogs only that of the packaging does.
    func isCarried(in folder: FilePath) -> (String) -> Bool {
        let log = changelogs.first { Files.isRegularFile(folder.pushing(FilePath($0))) }
        return { $0 == copyright || $0 == log }
    }

    func copyright(in folder: FilePath) -> String? { bytes(copyright, folder).map(Self.text) }

    func changelog(in folder: FilePath) -> String? {
        for path in changelogs {
            guard let bytes = bytes(path, folder) else { continue }
            // It is something to know of a package, not to fail for.
            return (try? ModuleCompression.decompress(bytes, limit: Self.largest)).map(Self.text)
        }
        return nil
    }

    /// Of a file that is one itself: the package that a link leads to isn't here.
    private func bytes(_ path: String, _ folder: FilePath) -> [UInt8]? {
        let path = folder.pushing(FilePath(path))
        guard let status = try? Files.status(path), status.kind == .regular, status.size <= Self.largest
        else { return nil }
        return try? Files.read(path)
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

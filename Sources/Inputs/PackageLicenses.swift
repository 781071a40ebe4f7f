import RPMFormat
import Streams
import SystemPackage

/// The files that an .rpm has as `%license`.
struct PackageLicenses {
    /// As the payload has them.
    let paths: Set<String>

    /// More than any licence is.
    private static let largest: Int64 = 1 << 20

    init(of rpm: RPMReader) {
        paths = Set(
            rpm.files.filter {
                $0.flags.contains(.license) && $0.linkTarget.isEmpty && $0.mode & 0o170000 == 0o100000
                    && $0.size <= Self.largest
            }.map { String($0.path.drop { $0 == "/" }) })
    }

    /// Those that the tree's root has not, by their names; of several of one name the first.
    func texts(in folder: FilePath, besides tree: FilePath) -> [String: [UInt8]] {
        var texts: [String: [UInt8]] = [:]
        for path in paths.sorted() {
            let file = folder.pushing(FilePath(path))
            guard let name = file.lastComponent?.string, texts[name] == nil,
                !Files.isRegularFile(tree.appending(name)),
                let status = try? Files.status(file), status.kind == .regular, status.size <= Self.largest
            else { continue }
            texts[name] = try? Files.read(file)
        }
        return texts
    }
}

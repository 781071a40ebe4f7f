package import SystemPackage

/// Where the bytes of an archive come from.
package enum ArchiveSource: Sendable {
    case file(FilePath)
    /// A part of a file, such as a member of a .deb; a file that ends before the part does is an error.
    case range(FilePath, Range<Int64>)
    case bytes([UInt8])

    /// How messages call it.
    var name: String {
        switch self {
        case .file(let path), .range(let path, _): path.string
        case .bytes: "the archive in memory"
        }
    }
}

import Archive
import Diagnostics
import SystemPackage

/// Keeps private keys that lie in a tree out of what is made of it.
struct KeyReview {
    let origin: TreeOrigin
    private(set) var warnings: [Diagnostic] = []

    init(origin: TreeOrigin) { self.origin = origin }

    /// The entries without files that hold a PEM private key (RFC 7468), or are called as keys of modules are.
    mutating func withoutKeys(_ files: FileList) throws(Diagnostic) -> [FileEntry] {
        var kept: [FileEntry] = []
        for entry in files {
            guard try Self.isKey(entry) else {
                kept.append(entry)
                continue
            }
            warnings.append(
                .warning(
                    "private-key", "\(entry.path) in \(origin) is left out: it is a private key",
                    hint: "keep keys out of source trees",
                    at: .init(file: origin.path(entry.path))))
        }
        return kept
    }

    /// Sources may well have the heading of a key in them, so only files are looked into whose names are such as keys have.
    private static func isKey(_ entry: FileEntry) throws(Diagnostic) -> Bool {
        guard case .file(let content) = entry.kind else { return false }
        let name = entry.path.split(separator: "/").last ?? ""
        let ends = [".key", ".pem", ".priv", ".p8", ".pk8", ".asc", ".pgp", ".gpg"]
        guard ends.contains(where: { name.hasSuffix($0) }) || !name.contains(".") else { return false }
        return try PrivateKey.isOne(entry.path, content)
    }
}

import Archive
import Diagnostics
import SystemPackage

/// Keeps private keys that lie in a tree out of what is made of it.
struct KeyReview {
    /// No key is larger; bigger files aren't read.
    private static let limit: Int64 = 64 * 1024

    let root: FilePath
    private(set) var warnings: [Diagnostic] = []

    init(root: FilePath) { self.root = root }

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
                    "private-key", "\(entry.path) in \(root) is left out: it is a private key",
                    hint: "keep keys out of source trees",
                    at: .init(file: root.pushing(FilePath(entry.path)).string)))
        }
        return kept
    }

    private static func isKey(_ entry: FileEntry) throws(Diagnostic) -> Bool {
        guard case .file(let content) = entry.kind, content.size > 0, content.size <= limit else {
            return false
        }
        // dkms's, shim's and the kernel's own names: DER keys cannot be told by their bytes.
        let name = entry.path.split(separator: "/").last ?? ""
        if ["mok.key", "mok.priv", "MOK.priv", "signing_key.pem"].contains(String(name)) { return true }
        guard
            [".key", ".pem", ".priv", ".p8", ".pk8"].contains(where: { name.hasSuffix($0) })
                || !name.contains(".")
        else { return false }
        return String(decoding: try content.readAll(), as: UTF8.self).contains("PRIVATE KEY-----")
    }
}

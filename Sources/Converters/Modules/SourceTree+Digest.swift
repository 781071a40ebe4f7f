import Archive
import Cryptography
import Diagnostics
import SourceTree

extension SourceTree {
    /// One SHA-256 for the whole tree, of paths, modes and contents and not of times, in lower-case hex.
    func digest() throws(Diagnostic) -> String {
        var digest = Digest(.sha256)
        for entry in files {
            var content = ""
            switch entry.kind {
            case .file(let bytes):
                var inner = Digest(.sha256)
                try bytes.forEachChunk { (chunk) throws(Diagnostic) in inner.update(chunk) }
                content = Hex.string(inner.finish())
            case .symbolicLink(let target): content = target
            case .directory: break
            }
            digest.update(Array("\(String(entry.mode, radix: 8)) \(entry.path)\0\(content)\0".utf8))
        }
        return Hex.string(digest.finish())
    }
}

package import Diagnostics

/// What no artifact may carry: a private key of any kind.
package enum PrivateKey {
    /// Larger files are no keys.
    private static let limit: Int64 = 64 * 1024

    /// dkms's, shim's and the kernel's own names: DER keys cannot be told by their bytes.
    private static let names: Set<Substring> = ["mok.key", "mok.priv", "MOK.priv", "signing_key.pem"]

    /// Whether a file is one, by its name or by the heading of PEM or of OpenPGP's ASCII armour in it.
    ///
    /// - Parameter path: only the last part of it counts.
    package static func isOne(_ path: String, _ content: FileContent) throws(Diagnostic) -> Bool {
        guard content.size > 0, content.size <= limit else { return false }
        if names.contains(path.split(separator: "/").last ?? "") { return true }
        let text = String(decoding: try content.readAll(), as: UTF8.self)
        return text.contains("PRIVATE KEY-----") || text.contains("PRIVATE KEY BLOCK-----")
    }
}

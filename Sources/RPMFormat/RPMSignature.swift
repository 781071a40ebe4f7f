package import Diagnostics

/// An OpenPGP signature over the header of an .rpm, and the tag that it has its place under.
package struct RPMSignature: Hashable, Sendable {
    let tag: RPMTag
    let bytes: [UInt8]

    /// Takes a detached signature: one packet of version 4 (RFC 4880 section 5.2.3).
    ///
    /// rpm keeps those of RSA keys under one tag and those of all other keys under another (its sign/rpmgensig.c).
    /// - Throws: `bad-package-signature` for anything else.
    package init(_ bytes: [UInt8]) throws(Diagnostic) {
        guard let start = Self.bodyStart(bytes), bytes.count > start + 2 else {
            throw Self.bad("it is no OpenPGP signature packet")
        }
        guard bytes[start] == 4 else {
            throw Self.bad("it has version \(bytes[start]), and rpm reads version 4")
        }
        self.bytes = bytes
        // 1 to 3 are RSA (RFC 4880 section 9.1).
        tag = (1...3).contains(bytes[start + 2]) ? .rsaHeader : .dsaHeader
    }

    /// Where the body of the packet begins; nil for what is no signature packet (RFC 4880 section 4.2).
    private static func bodyStart(_ bytes: [UInt8]) -> Int? {
        guard bytes.count > 2, bytes[0] & 0x80 != 0 else { return nil }
        let isNewFormat = bytes[0] & 0x40 != 0
        guard (isNewFormat ? bytes[0] & 0x3f : bytes[0] >> 2 & 0x0f) == 2 else { return nil }
        if isNewFormat { return bytes[1] < 192 ? 2 : bytes[1] < 224 ? 3 : 6 }
        return [2, 3, 5, 1][Int(bytes[0] & 3)]
    }

    private static func bad(_ reason: String) -> Diagnostic {
        .error(
            "bad-package-signature", "the signature cannot be put into an .rpm: \(reason)",
            hint: "sign with an RSA, Ed25519 or ECDSA key, and without armour")
    }
}

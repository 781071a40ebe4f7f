import Diagnostics

/// An OpenPGP signature over a header, and the tag that it goes under.
struct RPMSignature {
    /// The signature packet as it was made (RFC 4880, section 5.2).
    let packet: [UInt8]
    let tag: RPMTag

    /// - Throws: `bad-package-signature` for what is no single signature packet of version 4, and for algorithms that rpm
    ///   doesn't know.
    init(_ packet: [UInt8]) throws(Diagnostic) {
        self.packet = packet
        let body = try Self.body(packet)
        guard body.count >= 4, body[body.startIndex] == 4 else {
            throw Self.bad("it is of version \(body.first ?? 0), and rpm before 6 reads version 4 only")
        }
        // Public-key algorithms (RFC 4880, section 9.1; RFC 6637; RFC 9580).
        switch body[body.startIndex + 2] {
        case 1, 3: tag = .rsaHeader
        case 17, 19, 22: tag = .dsaHeader
        case let other: throw Self.bad("rpm knows no signatures of the public-key algorithm \(other)")
        }
    }

    /// The content of the one packet that there is (RFC 4880, section 4.2).
    private static func body(_ packet: [UInt8]) throws(Diagnostic) -> ArraySlice<UInt8> {
        guard let first = packet.first, first & 0x80 != 0 else { throw bad("it is no OpenPGP packet") }
        let isNew = first & 0x40 != 0
        let type = isNew ? first & 0x3f : first >> 2 & 0xf
        guard type == 2 else { throw bad("it is an OpenPGP packet of type \(type)") }
        let lengthSize: Int
        if isNew {
            guard let octet = packet.dropFirst().first else { throw bad("it is cut off") }
            lengthSize = octet < 192 ? 1 : octet < 224 ? 2 : 5
        } else {
            lengthSize = [1, 2, 4, 0][Int(first & 3)]
        }
        let header = packet.dropFirst().prefix(lengthSize)
        guard header.count == lengthSize, lengthSize > 0 else { throw bad("it is cut off") }
        var length = 0
        switch (isNew, lengthSize) {
        case (true, 2): length = (Int(header[1]) - 192) << 8 + Int(header[2]) + 192
        case (true, 5): length = header.dropFirst().reduce(0) { $0 << 8 + Int($1) }
        default: length = header.reduce(0) { $0 << 8 + Int($1) }
        }
        let body = packet.dropFirst(1 + lengthSize)
        guard body.count == length else { throw bad("there is more than one packet, or it is cut off") }
        return body
    }

    private static func bad(_ reason: String) -> Diagnostic {
        .error(
            "bad-package-signature", "the signature of the package cannot be put into an .rpm: \(reason)",
            hint: "sign with an RSA or Ed25519 key, and with one subkey only")
    }
}

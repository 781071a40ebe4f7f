import Cryptography
package import Diagnostics

/// The signature that the kernel looks for at the end of a module (include/linux/module_signature.h): the signature
/// data, a 12-byte block that tells its length, and a marker text.
package struct ModuleSignature: Hashable, Sendable {
    static let marker = Array("~Module signature appended~\n".utf8)
    static let blockSize = 12
    /// `PKEY_ID_PKCS7`.
    private static let pkcs7: UInt8 = 2

    /// The signature data: a CMS message in DER, or the raw signature of a kernel before 4.3.
    package let message: [UInt8]
    /// Who signed, as modinfo prints it.
    package let signer: String?
    /// What modinfo prints as sig_key: the certificate's serial number, or its key identifier before 4.3.
    package let keyIdentifier: [UInt8]
    /// Such as `sha256`.
    package let hash: String
    /// Such as `rsaEncryption`; what follows it in a module from before 4.3 is `RSA`.
    package let algorithm: String
    /// Whether it is a CMS message, which all kernels since 4.3 require.
    package let isCMS: Bool

    /// ``keyIdentifier`` as modinfo prints it, such as `6C:0A:…`.
    package var keyIdentifierText: String {
        keyIdentifier.map { Hex.string([$0]).uppercased() }.joined(separator: ":")
    }

    /// Finds the end of the module proper, and the signature after it.
    ///
    /// - Throws: `bad-signature` when the marker is there and what precedes it is no signature.
    package static func split(_ bytes: [UInt8]) throws(Diagnostic) -> (end: Int, signature: ModuleSignature?)
    {
        guard bytes.count >= marker.count, bytes.suffix(marker.count).elementsEqual(marker) else {
            return (bytes.count, nil)
        }
        let block = bytes.count - marker.count - blockSize
        guard block >= 0 else { throw malformed("it is cut off") }
        let fields = Array(bytes[block..<block + blockSize])
        let length = fields[8...].reduce(0) { $0 << 8 | Int($1) }
        let nameLengths = Int(fields[3]) + Int(fields[4])
        guard length <= block, nameLengths <= block - length else {
            throw malformed("it claims to be longer than the file")
        }
        let start = block - length
        let message = Array(bytes[start..<block])
        if fields[2] == pkcs7 {
            guard nameLengths == 0 else { throw malformed("its block has unknown fields") }
            return (start, try ModuleSignature(message: message))
        }
        guard fields[2] < pkcs7, length > 0 else { throw malformed("it is of no known kind") }
        let keyStart = start - Int(fields[4])
        let nameStart = keyStart - Int(fields[3])
        let signature = ModuleSignature(
            message: message, signer: String(decoding: bytes[nameStart..<keyStart], as: UTF8.self),
            keyIdentifier: Array(bytes[keyStart..<start]), hash: hashName(fields[1]),
            algorithm: fields[0] == 1 ? "RSA" : "algorithm-\(fields[0])", isCMS: false)
        return (nameStart, signature)
    }

    /// Reads a detached signature: the CMS message alone.
    package init(message: [UInt8]) throws(Diagnostic) {
        let cms = try CMSSignature(der: message)
        self.init(
            message: message, signer: cms.signer, keyIdentifier: cms.keyIdentifier, hash: cms.hash,
            algorithm: cms.algorithm, isCMS: true)
    }

    private init(
        message: [UInt8], signer: String?, keyIdentifier: [UInt8], hash: String, algorithm: String,
        isCMS: Bool
    ) {
        self.message = message
        self.signer = signer
        self.keyIdentifier = keyIdentifier
        self.hash = hash
        self.algorithm = algorithm
        self.isCMS = isCMS
    }

    /// The module without its signature; as it is where it has none.
    package static func strippedOff(_ bytes: [UInt8]) throws(Diagnostic) -> [UInt8] {
        let parts = try split(bytes)
        return parts.signature == nil ? bytes : Array(bytes[..<parts.end])
    }

    /// The module with a CMS message appended as sign-file does; `module` must be unsigned.
    package static func append(_ message: [UInt8], to module: [UInt8]) throws(Diagnostic) -> [UInt8] {
        guard let length = UInt32(exactly: message.count) else { throw malformed("it is too long") }
        var signed = module
        signed.reserveCapacity(module.count + message.count + blockSize + marker.count)
        signed.append(contentsOf: message)
        signed.append(contentsOf: [0, 0, pkcs7, 0, 0, 0, 0, 0])
        for shift in [24, 16, 8, 0] { signed.append(UInt8(truncatingIfNeeded: length >> UInt32(shift))) }
        signed.append(contentsOf: marker)
        return signed
    }

    /// enum pkey_hash_algo of the kernels before 4.3.
    private static func hashName(_ number: UInt8) -> String {
        let names = ["md4", "md5", "sha1", "rmd160", "sha256", "sha384", "sha512", "sha224", "sm3"]
        return names.indices.contains(Int(number)) ? names[Int(number)] : "hash-\(number)"
    }

    private static func malformed(_ detail: String) -> Diagnostic {
        .error(
            "bad-signature", "the module's signature is malformed: \(detail)",
            hint: "build the module again, or fetch it again")
    }
}

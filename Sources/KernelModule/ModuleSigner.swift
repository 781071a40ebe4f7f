import Compression
package import Cryptography
package import Diagnostics

/// Signs modules as the kernel's scripts/sign-file does, without running it.
///
/// With an RSA key the result is the same bytes; ECDSA signatures differ at every run.
package struct ModuleSigner: Sendable {
    package let identity: SigningIdentity
    package let hash: DigestAlgorithm
    /// Whether a signature that is there already gives way to the new one.
    package let replaces: Bool

    package init(_ identity: SigningIdentity, hash: DigestAlgorithm, replaces: Bool = false) {
        self.identity = identity
        self.hash = hash
        self.replaces = replaces
    }

    /// The module with its signature appended.
    ///
    /// - Throws: `already-signed` unless ``replaces``, `compressed-module`, `signing-failed`.
    package func sign(_ module: [UInt8]) throws(Diagnostic) -> [UInt8] {
        let module = try unsigned(module)
        return try ModuleSignature.append(identity.sign(module, hash), to: module)
    }

    /// The signature alone, a CMS message in DER, as `sign-file -d` writes it.
    package func detachedSignature(of module: [UInt8]) throws(Diagnostic) -> [UInt8] {
        try identity.sign(unsigned(module), hash)
    }

    /// Joins a module and a signature that was made elsewhere.
    ///
    /// - Throws: `already-signed`, and `bad-signature` when `message` is no CMS message.
    package static func attach(_ message: [UInt8], to module: [UInt8], replaces: Bool = false)
        throws(Diagnostic) -> [UInt8]
    {
        _ = try ModuleSignature(message: message)
        return try ModuleSignature.append(message, to: unsigned(module, replaces))
    }

    /// The module proper; throws where ``sign(_:)`` would.
    func unsigned(_ module: [UInt8]) throws(Diagnostic) -> [UInt8] {
        try Self.unsigned(module, replaces)
    }

    private static func unsigned(_ module: [UInt8], _ replaces: Bool) throws(Diagnostic) -> [UInt8] {
        guard CompressionFormat(magicOf: module) == nil else {
            throw .error(
                "compressed-module", "a compressed module can't be signed",
                hint: "decompress it first; a signature belongs inside the compression")
        }
        let parts = try ModuleSignature.split(module)
        guard let signature = parts.signature else { return module }
        guard replaces else {
            throw .error(
                "already-signed", "the module is already signed by \"\(signature.signer ?? "unknown")\"",
                hint: "use --replace to put the new signature in the old one's place")
        }
        return Array(module[..<parts.end])
    }
}

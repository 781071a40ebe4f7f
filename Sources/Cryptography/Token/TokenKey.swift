import CCrypto
package import Diagnostics
import Synchronization

/// A private key that never leaves its token, an HSM or a smart card; many tasks may sign with one, one after the other.
///
/// Spoken to by PKCS #11 directly. libcrypto's engine for that, which the kernel's sign-file uses, is gone from OpenSSL 4 and
/// from some distributions before, and would need the very libcrypto that it was built for in this process.
package final class TokenKey: Sendable {
    private let session: Mutex<TokenSession>
    private let keyType: UInt
    /// What messages call it; never with a PIN.
    let name: String

    /// Logs in once, whatever comes of it: a token may lock itself after few wrong PINs.
    ///
    /// - Throws: `wrong-token-pin`, `token-pin-locked`, `no-such-token-key`, `ambiguous-token-key`, `unsuitable-key`,
    ///   `token-error`.
    package init(_ found: FoundToken) throws(Diagnostic) {
        let session = try TokenSession(found)
        keyType = session.keyType
        name = found.uri.name
        self.session = Mutex(session)
    }

    /// The key's kind as ``Certificate/keyAlgorithm`` calls it.
    var algorithm: String { keyType == Cryptoki.rsa ? "RSA" : "EC" }

    /// The signature over a digest as X.509 and CMS have it: PKCS #1 version 1.5, or ECDSA in DER.
    ///
    /// - Parameter bits: the size of the key.
    /// - Throws: `token-error`; `wrong-token-pin` and `token-pin-locked` for a key that asks for the PIN each time, which
    ///   gets no other one after that.
    func sign(digest: [UInt8], _ hash: DigestAlgorithm, bits: Int) throws(Diagnostic) -> [UInt8] {
        if keyType == Cryptoki.rsa { return try sign(Self.digestInfo(digest, hash), Cryptoki.mechanismRSA) }
        // FIPS 186-5 section 6.4: of a digest that is longer than the curve's order its first bytes count.
        let data = Array(digest.prefix((bits + 7) / 8))
        return Self.der(try sign(data, Cryptoki.mechanismECDSA))
    }

    private func sign(_ data: [UInt8], _ mechanism: UInt) throws(Diagnostic) -> [UInt8] {
        let result = session.withLock { session in
            Result { () throws(Diagnostic) in try session.sign(data, mechanism) }
        }
        return try result.get()
    }

    /// The DigestInfo of RFC 8017 section 9.2 in DER.
    private static func digestInfo(_ digest: [UInt8], _ hash: DigestAlgorithm) -> [UInt8] {
        let info = unsafe X509_SIG_new()
        defer { unsafe X509_SIG_free(info) }
        var algorithm: UnsafeMutablePointer<X509_ALGOR>?
        var octets: UnsafeMutablePointer<ASN1_OCTET_STRING>?
        unsafe X509_SIG_getm(info, &algorithm, &octets)
        let object = unsafe OBJ_nid2obj(EVP_MD_get_type(hash.evp))
        unsafe X509_ALGOR_set0(algorithm, object, V_ASN1_NULL, nil)
        unsafe ASN1_STRING_set(octets, digest, Int32(digest.count))
        return unsafe encoded { unsafe i2d_X509_SIG(info, $0) }
    }

    /// A token's two numbers of equal length as X.509 has them (RFC 5480 appendix A).
    private static func der(_ numbers: [UInt8]) -> [UInt8] {
        let half = numbers.count / 2
        let signature = unsafe ECDSA_SIG_new()
        defer { unsafe ECDSA_SIG_free(signature) }
        let r = unsafe BN_bin2bn(Array(numbers[..<half]), Int32(half), nil)
        let s = unsafe BN_bin2bn(Array(numbers[half...]), Int32(numbers.count - half), nil)
        guard unsafe ECDSA_SIG_set0(signature, r, s) == 1 else {
            unsafe BN_free(r)
            unsafe BN_free(s)
            return []
        }
        return unsafe encoded { unsafe i2d_ECDSA_SIG(signature, $0) }
    }

    /// What one of libcrypto's i2d functions writes, which tells the size where it gets no place to write to (d2i_X509(3)).
    private static func encoded(
        by write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> CInt
    ) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(max(0, write(nil))))
        unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            var start = buffer.baseAddress
            _ = unsafe write(&start)
        }
        return bytes
    }
}

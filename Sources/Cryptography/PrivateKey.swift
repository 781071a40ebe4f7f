import CCrypto
package import Diagnostics
import Streams
package import SystemPackage

/// A private key, in memory only; it is never part of a message.
package struct PrivateKey: Sendable {
    let handle: PrivateKeyHandle

    init(_ handle: PrivateKeyHandle) { self.handle = handle }

    /// Reads a PEM or DER file, traditional or PKCS #8.
    ///
    /// `passphrase` is what the kernel's sign-file takes from KBUILD_SIGN_PIN.
    /// - Throws: `file-error`, `key-passphrase-needed`, `wrong-passphrase`, `unreadable-key`.
    package init(contentsOf path: FilePath, passphrase: String? = nil) throws(Diagnostic) {
        try self.init(try Files.read(path), name: path.string, passphrase: passphrase)
    }

    /// Reads the bytes of such a file; `name` is what messages call it.
    package init(_ bytes: [UInt8], name: String, passphrase: String? = nil) throws(Diagnostic) {
        let request = PassphraseRequest(passphrase)
        ErrorQueue.clear()
        let isPEM = !bytes.starts(with: [0x30])
        var key = unsafe MemoryBIO.reading(bytes) { bio in
            let user = unsafe Unmanaged.passUnretained(request).toOpaque()
            return isPEM
                ? unsafe PEM_read_bio_PrivateKey(bio, nil, passphraseCallback, user)
                : unsafe d2i_PrivateKey_bio(bio, nil)
        }
        if !isPEM, unsafe key == nil {
            // An encrypted PKCS #8 file has its own reader.
            unsafe key = MemoryBIO.reading(bytes) { bio in
                let user = unsafe Unmanaged.passUnretained(request).toOpaque()
                return unsafe d2i_PKCS8PrivateKey_bio(bio, nil, passphraseCallback, user)
            }
        }
        guard let key = unsafe key else {
            let reason = ErrorQueue.reason()
            guard request.wasAsked else { throw .unreadableKey(name, reason) }
            throw passphrase == nil ? Self.passphraseNeeded(name) : Self.wrongPassphrase(name)
        }
        ErrorQueue.clear()
        handle = unsafe PrivateKeyHandle(adopting: key)
    }

    private static func passphraseNeeded(_ name: String) -> Diagnostic {
        .error(
            "key-passphrase-needed", "the private key \(name) is protected by a passphrase",
            hint: "put the passphrase into the environment variable KBUILD_SIGN_PIN")
    }

    private static func wrongPassphrase(_ name: String) -> Diagnostic {
        .error(
            "wrong-passphrase", "the passphrase in KBUILD_SIGN_PIN doesn't open the private key \(name)",
            hint: "correct the environment variable KBUILD_SIGN_PIN")
    }
}

/// The owner of libcrypto's key; libcrypto locks what it changes inside, so threads may share it for signing.
@safe final class PrivateKeyHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    init(adopting pointer: OpaquePointer) { unsafe self.pointer = pointer }

    deinit { unsafe EVP_PKEY_free(pointer) }
}

/// What libcrypto's passphrase callback knows and reports.
private final class PassphraseRequest {
    private let passphrase: [UInt8]?
    private(set) var wasAsked = false

    init(_ passphrase: String?) { self.passphrase = passphrase.map { Array($0.utf8) } }

    /// Fills the buffer and returns the length; -1 without a passphrase or without room for it.
    func answer(_ buffer: UnsafeMutableRawBufferPointer) -> Int32 {
        wasAsked = true
        guard let passphrase, passphrase.count <= buffer.count else { return -1 }
        unsafe buffer.copyBytes(from: passphrase)
        return Int32(passphrase.count)
    }
}

private let passphraseCallback:
    @convention(c) (
        UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?
    ) -> Int32 = { buffer, size, _, user in
        guard let user = unsafe user, let buffer = unsafe buffer else { return -1 }
        let request = unsafe Unmanaged<PassphraseRequest>.fromOpaque(user).takeUnretainedValue()
        return unsafe request.answer(UnsafeMutableRawBufferPointer(start: buffer, count: Int(size)))
    }

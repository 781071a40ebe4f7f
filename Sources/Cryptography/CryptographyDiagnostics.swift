import CCrypto
import Diagnostics

/// libcrypto's error queue of the running thread.
enum ErrorQueue {
    /// Forgets what earlier calls left behind, so that ``reason`` speaks of the next ones only.
    static func clear() { ERR_clear_error() }

    /// The oldest reason in the queue in libcrypto's words, and forgets them all.
    static func reason() -> String {
        let code = ERR_get_error()
        defer { ERR_clear_error() }
        guard code != 0, let text = unsafe ERR_reason_error_string(code) else { return "no reason given" }
        return unsafe String(cString: text)
    }
}

extension Diagnostic {
    static func unreadableKey(_ name: String, _ reason: String) -> Diagnostic {
        .error(
            "unreadable-key", "\(name) holds no private key that can be read: \(reason)",
            hint: "give an RSA or ECDSA private key as a PEM or DER file; mkdkms key new DIR makes one")
    }

    static func unreadableCertificate(_ name: String, _ reason: String) -> Diagnostic {
        .error(
            "unreadable-certificate", "\(name) holds no X.509 certificate that can be read: \(reason)",
            hint: "give the certificate that belongs to the signing key, as a PEM or DER file")
    }

    static func signing(_ reason: String) -> Diagnostic {
        .error(
            "signing-failed", "libcrypto cannot sign: \(reason)",
            hint: "check that the key is RSA or ECDSA and that the hash algorithm is allowed on this system")
    }
}

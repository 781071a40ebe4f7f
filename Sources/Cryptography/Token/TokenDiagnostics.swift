import Diagnostics

extension Diagnostic {
    /// - Parameter path: the library that was asked for; nil where none was, so that p11-kit's was looked for.
    static func noTokenModule(_ path: String?, _ reason: String) -> Diagnostic {
        .error(
            "no-token-module", "there is no library that speaks PKCS #11 with tokens: \(reason)",
            hint: path == nil
                ? "install libp11-kit0 (p11-kit on Fedora and SUSE), where the token's library is registered with p11-kit; or "
                    + "give the library of the token's vendor in the environment variable PKCS11_MODULE_PATH"
                : "give the token's library, such as opensc-pkcs11.so of the package opensc-pkcs11 or the HSM vendor's, in the "
                    + "environment variable PKCS11_MODULE_PATH or behind ?module-path= of the URI")
    }

    static func noSuchToken(_ uri: TokenURI, _ module: String, _ others: [String]) -> Diagnostic {
        .error(
            "no-such-token", "\(module) has no token that \(uri.name) names",
            hint: others.isEmpty
                ? "connect the token; or give the library that speaks with it in the environment variable PKCS11_MODULE_PATH"
                : "tokens that are there: \(others.joined(separator: ", "))")
    }

    static func ambiguousToken(_ uri: TokenURI, _ tokens: [String]) -> Diagnostic {
        .error(
            "ambiguous-token",
            "\(uri.name) names more than one token: \(tokens.joined(separator: ", "))",
            hint: "add token=LABEL or serial=NUMBER to it")
    }

    static func noSuchTokenKey(_ uri: TokenURI, _ others: [String]) -> Diagnostic {
        .error(
            "no-such-token-key", "the token has no private key that \(uri.name) names",
            hint: others.isEmpty
                ? "it has no private key at all that this PIN opens; put one on it"
                : "private keys that are there: \(others.joined(separator: ", "))")
    }

    static func ambiguousTokenKey(_ uri: TokenURI, _ keys: [String]) -> Diagnostic {
        .error(
            "ambiguous-token-key",
            "\(uri.name) names more than one private key: \(keys.joined(separator: ", "))",
            hint: "add its id= or object= to it")
    }

    static func tokenPINNeeded(_ uri: TokenURI) -> Diagnostic {
        .error(
            "token-pin-needed", "the token of \(uri.name) is opened by a PIN",
            hint: "put the PIN into the environment variable KBUILD_SIGN_PIN")
    }

    static func wrongTokenPIN(_ uri: TokenURI) -> Diagnostic {
        .error(
            "wrong-token-pin", "the token of \(uri.name) refuses the PIN",
            hint:
                "correct the environment variable KBUILD_SIGN_PIN, or the URI's pin-source; it was tried once, and many "
                + "tokens lock themselves after three wrong ones")
    }

    static func tokenPINLocked(_ uri: TokenURI) -> Diagnostic {
        .error(
            "token-pin-locked", "the token of \(uri.name) has locked its PIN after too many wrong ones",
            hint: "have its security officer unlock it, with the tools of the token")
    }

    static func tokenError(_ function: String, _ outcome: Cryptoki.Outcome) -> Diagnostic {
        .error(
            "token-error", "the token's library ended \(function) with \(outcome)",
            hint: "see what pkcs11-tool or the tools of the token's vendor say of it")
    }

    static func unsuitableTokenKey(_ uri: TokenURI) -> Diagnostic {
        .error(
            "unsuitable-key", "the key of \(uri.name) is neither RSA nor ECDSA",
            hint: "give a key that the kernel can check signatures of")
    }
}

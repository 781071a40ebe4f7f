package import Diagnostics

/// The token that a URI names, with the PIN that opens it, before anybody has logged in to it.
package struct FoundToken: Sendable {
    let uri: TokenURI
    let module: TokenModule
    let token: TokenModule.Token
    /// Nil where the token has none, or asks for it itself.
    let pin: [UInt8]?

    /// Costs none of the few wrong PINs after which a token may lock itself.
    ///
    /// - Parameters:
    ///   - module: the library to speak with where the URI names none; nil for p11-kit's.
    ///   - pin: where the URI gives none.
    /// - Throws: `no-token-module`, `no-such-token`, `ambiguous-token`, `token-pin-needed`, `token-error`; `file-error` for
    ///   the file of a PIN.
    package init(_ uri: TokenURI, module: String? = nil, pin: String? = nil) throws(Diagnostic) {
        self.uri = uri
        self.pin = try uri.ownPIN() ?? pin.map { Array($0.utf8) }
        self.module = try TokenModule(uri.modulePath ?? module)
        token = try self.module.token(of: uri)
        // A reader with a keypad asks for the PIN itself.
        guard !needsLogin || self.pin != nil || token.has(Cryptoki.protectedAuthenticationPath) else {
            throw .tokenPINNeeded(uri)
        }
    }

    /// Whether a key of it is reached by a login alone, which ``TokenKey`` makes.
    package var needsLogin: Bool { token.has(Cryptoki.loginRequired) }
}

import Diagnostics

/// A session with a token, logged in, and the private key in it that a URI names.
struct TokenSession: ~Copyable {
    /// Cryptoki's number of the key's kind.
    let keyType: UInt
    private let module: TokenModule
    private let session: UInt
    private let key: UInt
    private let uri: TokenURI
    /// Kept for a key that wants it for each signature; nil for any other.
    private let pinOfEach: PIN?
    /// What ended the session; nil while it is open.
    private var end: Diagnostic?

    private struct PIN {
        let bytes: [UInt8]?
    }

    /// - Throws: `wrong-token-pin`, `token-pin-locked`, `no-such-token-key`, `ambiguous-token-key`, `unsuitable-key`,
    ///   `token-error`.
    init(_ found: FoundToken) throws(Diagnostic) {
        let (module, uri) = (found.module, found.uri)
        let session = try module.openSession(found.token.slot)
        let named = Result { () throws(Diagnostic) in
            if found.needsLogin {
                try Self.demand(module.logIn(session, as: Cryptoki.user, found.pin), uri)
            }
            return try Self.key(of: uri, module, session)
        }
        if case .failure = named { module.close(session) }
        let (key, keyType) = try named.get()
        let asks = module.attribute(Cryptoki.attributeAlwaysAuthenticate, of: key, session) == [1]
        pinOfEach = asks ? PIN(bytes: found.pin) : nil
        (self.key, self.keyType) = (key, keyType)
        self.module = module
        self.session = session
        self.uri = uri
    }

    deinit {
        if end == nil { module.close(session) }
    }

    /// The key's signature over `data` by a mechanism that takes all of it at once.
    ///
    /// - Throws: `token-error`, `wrong-token-pin`, `token-pin-locked`; one of a login again each time after that.
    mutating func sign(_ data: [UInt8], _ mechanism: UInt) throws(Diagnostic) -> [UInt8] {
        if let end { throw end }
        try module.beginSigning(session, key, mechanism)
        if let pinOfEach {
            do throws(Diagnostic) {
                try Self.demand(module.logIn(session, as: Cryptoki.contextSpecific, pinOfEach.bytes), uri)
            } catch {
                // The signature that was begun ends with the session alone, and the PIN isn't to be tried again.
                module.close(session)
                end = error
                throw error
            }
        }
        return try module.sign(session, data)
    }

    private static func demand(_ login: Cryptoki.Outcome, _ uri: TokenURI) throws(Diagnostic) {
        switch login {
        case .ok, .alreadyLoggedIn: return
        case .pinIncorrect, .pinInvalid, .pinLengthRange: throw .wrongTokenPIN(uri)
        case .pinLocked: throw .tokenPINLocked(uri)
        default: throw .tokenError("C_Login", login)
        }
    }

    private static func key(
        of uri: TokenURI, _ module: TokenModule, _ session: UInt
    ) throws(Diagnostic) -> (key: UInt, type: UInt) {
        let keys = try module.privateKeys(session, label: uri.object, id: uri.id)
        guard let key = keys.first else {
            let all = try module.privateKeys(session, label: nil, id: nil)
            throw .noSuchTokenKey(uri, all.map { name($0, module, session) }.sorted())
        }
        guard keys.count == 1 else {
            throw .ambiguousTokenKey(uri, keys.map { name($0, module, session) }.sorted())
        }
        let type = module.number(Cryptoki.attributeKeyType, of: key, session)
        guard let type, type == Cryptoki.rsa || type == Cryptoki.ec else { throw .unsuitableTokenKey(uri) }
        return (key, type)
    }

    /// What tells a key from others in a URI.
    private static func name(_ key: UInt, _ module: TokenModule, _ session: UInt) -> String {
        let label = module.attribute(Cryptoki.attributeLabel, of: key, session) ?? []
        let id = module.attribute(Cryptoki.attributeID, of: key, session) ?? []
        return "object=\(TokenURI.encoded(label));id=" + id.map { "%" + Hex.string([$0]) }.joined()
    }
}

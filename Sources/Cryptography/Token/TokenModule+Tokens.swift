import CPkcs11
import Diagnostics

extension TokenModule {
    /// A token that is in one of the library's slots now.
    struct Token {
        let slot: UInt
        let flags: UInt
        fileprivate let label, manufacturer, model, serial: [UInt8]

        func has(_ flag: UInt) -> Bool { flags & flag != 0 }

        /// What tells it from others in a URI.
        var name: String {
            "token=\(TokenURI.encoded(label));serial=\(TokenURI.encoded(serial))"
        }

        fileprivate func isNamed(by uri: TokenURI) -> Bool {
            [
                (uri.token, label), (uri.manufacturer, manufacturer), (uri.model, model),
                (uri.serial, serial),
            ].allSatisfy { $0 == nil || $0 == $1 } && (uri.slot == nil || uri.slot == slot)
        }
    }

    /// The one token that `uri` names.
    ///
    /// - Throws: `no-such-token`, `ambiguous-token`, `token-error`.
    func token(of uri: TokenURI) throws(Diagnostic) -> Token {
        let all = try tokens()
        let matching = all.filter { $0.isNamed(by: uri) }
        // p11-kit has tokens with certificates alone, too, which nobody logs in to.
        let locked = matching.filter { $0.has(Cryptoki.loginRequired) }
        let named = locked.isEmpty ? matching : locked
        guard let token = named.first else { throw .noSuchToken(uri, path, all.map(\.name).sorted()) }
        guard named.count == 1 else { throw .ambiguousToken(uri, named.map(\.name).sorted()) }
        return token
    }

    private func tokens() throws(Diagnostic) -> [Token] {
        try slots().compactMap { slot in
            guard let info = info(ofTokenIn: slot), info.flags & Cryptoki.tokenInitialized != 0 else {
                return nil
            }
            return Token(
                slot: slot, flags: info.flags, label: Self.text(info.label),
                manufacturer: Self.text(info.manufacturerID), model: Self.text(info.model),
                serial: Self.text(info.serialNumber))
        }
    }

    /// A fixed array of C without the blanks that fill it up.
    private static func text<Bytes>(_ field: Bytes) -> [UInt8] {
        var bytes = unsafe withUnsafeBytes(of: field) { unsafe Array($0) }
        while bytes.last == UInt8(ascii: " ") || bytes.last == 0 { bytes.removeLast() }
        return bytes
    }
}

package import Diagnostics
import Streams
import SystemPackage

/// The private half of a ``SigningIdentity``, wherever it is.
package enum SigningKey: Sendable {
    case inMemory(PrivateKey)
    case onToken(TokenKey)

    /// The key that a user names as the kernel's sign-file takes it: a file, or the URI of a token's key (RFC 7512).
    ///
    /// - Parameters:
    ///   - passphrase: of the file, or the token's PIN where the URI gives none.
    ///   - tokenModule: the library to speak to tokens with where the URI names none; nil for p11-kit's.
    /// - Throws: what ``PrivateKey``, ``FoundToken`` and ``TokenKey`` throw; `bad-token-uri`.
    package init(named name: String, passphrase: String?, tokenModule: String?) throws(Diagnostic) {
        self =
            KeyName.isOnToken(name)
            ? .onToken(try TokenKey(FoundToken(TokenURI(name), module: tokenModule, pin: passphrase)))
            : .inMemory(try PrivateKey(contentsOf: FilePath(name), passphrase: passphrase))
    }
}

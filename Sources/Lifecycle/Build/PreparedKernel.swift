import Cryptography
import Diagnostics
import KernelModule
import Streams
import SystemPackage
import Tools

/// What the prologue of a build found out for a kernel.
struct PreparedKernel: Sendable {
    let build: DkmsTree.Build
    /// Nil where modules stay unsigned.
    let signing: EngineSigner?
}

/// How modules get their signatures.
struct EngineSigner: Sendable {
    /// As in CONFIG_MODULE_SIG_HASH.
    let hash: String
    /// `sign-file` or what stands in for it.
    let program: FilePath
    /// A file, or the `pkcs11:` URI of a token's key.
    let key: String
    let certificate: String
    /// Nil unless `program` is the kernel's own, whose work is done in process, with the same bytes as result.
    let identities: Identities?

    /// What has been found of keys and their certificates in this run.
    typealias Identities = FoundOnce<Pair, Result<Found, Diagnostic>>

    struct Pair: Hashable {
        let key, certificate: String
    }

    enum Found {
        case identity(SigningIdentity)
        /// `program` is to be asked, which then says itself what it thinks of the key.
        case unusable(Diagnostic)
    }

    enum Way {
        case inProcess(ModuleSigner)
        /// With what is in the way of signing a token's key in process; nil for a key in a file.
        case byProgram(since: Diagnostic?)
    }

    /// Whatever stands in the way before a login is left to `program`; what comes after one is not.
    ///
    /// libcrypto may be configured to find the token or the PIN where nobody looks here, but another login would cost the
    /// token another try.
    ///
    /// - Throws: what came of a login to the token, or of what followed it.
    func way() throws(Diagnostic) -> Way {
        guard let identities else { return .byProgram(since: nil) }
        guard let hash = try? DigestAlgorithm(parsing: hash) else { return .byProgram(since: nil) }
        let found = identities.value(Pair(key: key, certificate: certificate)) {
            Result { () throws(Diagnostic) in try find() }
        }
        switch try found.get() {
        case .identity(let identity): return .inProcess(ModuleSigner(identity, hash: hash, replaces: true))
        case .unusable(let fault): return .byProgram(since: KeyName.isOnToken(key) ? fault : nil)
        }
    }

    private func find() throws(Diagnostic) -> Found {
        var isLoggingIn = false
        do throws(Diagnostic) {
            let certificate = try Certificate(contentsOf: FilePath(certificate))
            let pin = CallerEnvironment.given("KBUILD_SIGN_PIN")
            guard KeyName.isOnToken(key) else {
                let key = try PrivateKey(contentsOf: FilePath(key), passphrase: pin)
                return .identity(try SigningIdentity(key: key, certificate: certificate))
            }
            let token = try FoundToken(
                TokenURI(key), module: CallerEnvironment.given("PKCS11_MODULE_PATH"), pin: pin)
            isLoggingIn = token.needsLogin
            return .identity(
                try SigningIdentity(key: .onToken(TokenKey(token)), certificate: certificate))
        } catch {
            guard !isLoggingIn else { throw error }
            return .unusable(error)
        }
    }
}

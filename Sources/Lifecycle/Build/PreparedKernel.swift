import Cryptography
import Diagnostics
import KernelModule
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
    /// Whether `program` is the kernel's own, whose work is done in process, with the same bytes as result.
    private let isNative: Bool
    /// A token is logged in to once for all modules: after a few wrong PINs it may lock itself.
    private let found = FoundOnce<String, Result<ModuleSigner?, Diagnostic>>()

    init(hash: String, program: FilePath, key: String, certificate: String, isNative: Bool) {
        self.hash = hash
        self.program = program
        self.key = key
        self.certificate = certificate
        self.isNative = isNative
    }

    /// What signs in process; nil where `program` is to be asked, which then says itself what it thinks of the key.
    ///
    /// - Throws: for a token that knows the key or the PIN to be wrong, what it says of them.
    func native() throws(Diagnostic) -> ModuleSigner? {
        guard isNative else { return nil }
        return try found.value(key) { () -> Result<ModuleSigner?, Diagnostic> in
            do throws(Diagnostic) {
                let identity = try SigningIdentity(
                    key: SigningKey(
                        named: key, passphrase: CallerEnvironment.value("KBUILD_SIGN_PIN"),
                        tokenModule: CallerEnvironment.value("PKCS11_MODULE_PATH")),
                    certificate: Certificate(contentsOf: FilePath(certificate)))
                return .success(
                    ModuleSigner(identity, hash: try DigestAlgorithm(parsing: hash), replaces: true))
            } catch {
                // libcrypto may be configured to find a token that isn't found here.
                let isUnknown = ["no-token-module", "no-such-token"].contains(error.code)
                return TokenURI.isOne(key) && !isUnknown ? .failure(error) : .success(nil)
            }
        }.get()
    }
}

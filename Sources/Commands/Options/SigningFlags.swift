import ArgumentParser
import Converters
import Cryptography
import Diagnostics
import SystemPackage
import Tools

/// The key that signs modules.
struct SigningFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The private key: a file, PEM or DER, or the pkcs11: URI of a token's key.", valueName: "key"))
    var signKey: String?

    @Option(help: ArgumentHelp("Its certificate, PEM or DER.", valueName: "file"))
    var signCert: String?

    @Option(
        help: ArgumentHelp(
            "The digest, such as sha256; by default what the kernel's configuration names.", valueName: "hash"
        )
    )
    var signHash: String?

    /// The key and certificate; nil where neither is given.
    func identity() throws(Diagnostic) -> SigningIdentity? {
        let key = signKey ?? EnvironmentOption.value("SIGN_KEY")
        let certificate = signCert ?? EnvironmentOption.value("SIGN_CERT")
        switch (key, certificate) {
        case (nil, nil): return nil
        case (let key?, let certificate?):
            let privateKey = try EnvironmentOption.telling("SIGN_KEY", unless: signKey != nil) {
                () throws(Diagnostic) in
                try SigningKey(
                    named: key, passphrase: CallerEnvironment.given("KBUILD_SIGN_PIN"),
                    tokenModule: CallerEnvironment.given("PKCS11_MODULE_PATH"))
            }
            return try EnvironmentOption.telling("SIGN_CERT", unless: signCert != nil) {
                () throws(Diagnostic) in
                try SigningIdentity(
                    key: privateKey, certificate: Certificate(contentsOf: FilePath(certificate)))
            }
        default:
            let option = key == nil ? "SIGN_CERT" : "SIGN_KEY"
            throw .error(
                "incomplete-key", "--sign-key and --sign-cert go together",
                hint: "give both; mkdkms key new DIR makes a pair",
                at: EnvironmentOption.place(option, unless: (key == nil ? signCert : signKey) != nil),
                status: .usage)
        }
    }

    func hash() throws(Diagnostic) -> DigestAlgorithm? {
        guard let name = signHash ?? EnvironmentOption.value("SIGN_HASH") else { return nil }
        return try EnvironmentOption.telling("SIGN_HASH", unless: signHash != nil) {
            () throws(Diagnostic) in try DigestAlgorithm(parsing: name)
        }
    }
}

/// Whether modules of a release are signed.
struct SigningPolicyFlags: ParsableArguments {
    @OptionGroup var key: SigningFlags

    @Flag(help: "Leave modules unsigned without a warning.")
    var noSign = false

    @Flag(help: "Fail where a module would be unsigned.")
    var requireSignature = false

    func validate() throws {
        if noSign && requireSignature {
            throw ValidationError("--no-sign and --require-signature exclude each other")
        }
    }

    func policy() throws(Diagnostic) -> SigningPolicy {
        // What the command line says settles the matter: a key or a demand on it is as good as no --no-sign.
        let isAsked = requireSignature || key.signKey != nil
        let declines = try EnvironmentOption.flag("NO_SIGN")
        let requires = try EnvironmentOption.flag("REQUIRE_SIGNATURE")
        let isDeclined = noSign || (declines && !isAsked)
        let isRequired = requireSignature || (requires && !isDeclined)
        return SigningPolicy(
            identity: isDeclined ? nil : try key.identity(), hash: try key.hash(), isDeclined: isDeclined,
            isRequired: isRequired)
    }
}

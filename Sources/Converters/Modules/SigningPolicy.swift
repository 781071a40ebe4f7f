package import Cryptography

/// Whether and how modules are signed.
package struct SigningPolicy: Sendable {
    /// The key; nil leaves modules as they are.
    package var identity: SigningIdentity?
    /// Overrides the digest that each kernel's configuration names.
    package var hash: DigestAlgorithm?
    /// `--no-sign`: being unsigned is meant.
    package var isDeclined: Bool
    /// Whether a module without a signature is a fault.
    package var isRequired: Bool

    package init(identity: SigningIdentity?, hash: DigestAlgorithm?, isDeclined: Bool, isRequired: Bool) {
        self.identity = identity
        self.hash = hash
        self.isDeclined = isDeclined
        self.isRequired = isRequired
    }
}

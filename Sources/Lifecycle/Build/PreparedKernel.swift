import Cryptography
import SystemPackage

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
    let key: String
    let certificate: String
    /// Whether `program` is the kernel's own, whose work is done in process, with the same bytes as result.
    let isNative: Bool
}

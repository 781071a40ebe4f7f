package import Diagnostics
package import Kernels
package import SystemPackage

/// Turns a release into artifacts of one kind: plans first, without touching the disk, and writes after.
package protocol Converter: Sendable {
    /// Whose packages it writes, which settles what names and versions may be, and what goes on of a package that the tree
    /// came in; nil for what is no package.
    var packageFormat: Distribution.PackageFormat? { get }
    /// Whether they have the source in them, to be built where they are installed: that takes what the tree's own package
    /// asked for.
    var packsSource: Bool { get }

    /// What would be written, in the order of their names.
    ///
    /// - Throws: what makes the release impossible to carry in this kind.
    func plan(_ release: DriverRelease) throws(Diagnostic) -> [any ArtifactPlan]
}

/// One file that a converter is about to write, alone or with others that belong to it.
package protocol ArtifactPlan: Sendable {
    var artifact: ArtifactName { get }
    /// Further files that ``write(to:)`` makes, named like the artifact: relative to the folder of all.
    var companions: [ArtifactName] { get }
    /// The members of the artifact, a line each, for `--dry-run`.
    var outline: [String] { get }
    /// What the user should know of it that is no reason to stop.
    var warnings: [Diagnostic] { get }
    /// Signs it while it is written; nil for what carries no OpenPGP signature.
    var signer: OpenPGPSigner? { get }
    /// Refuses a place that it may not be written to; asked of all artifacts before the first one is written.
    func check(at path: FilePath) throws(Diagnostic)
    /// Writes the artifact in one step: on a throw there is no file.
    func write(to path: FilePath) async throws(Diagnostic)
}

extension ArtifactPlan {
    package var companions: [ArtifactName] { [] }
    package var warnings: [Diagnostic] { [] }
    package var signer: OpenPGPSigner? { nil }

    package func check(at path: FilePath) throws(Diagnostic) {}

    /// Every file that writing makes.
    package var files: [ArtifactName] { [artifact] + companions }
}

/// Which artifact it is.
package struct ArtifactName: Hashable, Sendable {
    package let file: String
    /// `tarball`, `bundle`, `deb`, `rpm`, `arch`, `alpine` or `iso`.
    package let format: String
    /// What it is within the format, such as `dkms` or `modules`.
    package let kind: String
    /// The releases of the kernels it is for; empty where it is for any.
    package let kernels: [String]
}

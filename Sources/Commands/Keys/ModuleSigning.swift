import Compression
import Cryptography
import Diagnostics
import KernelModule
import Kernels
import Streams
import SystemPackage

/// What `mkdkms sign` does to one file.
struct ModuleSigning: Sendable {
    /// Nil where signatures made elsewhere are attached.
    let identity: SigningIdentity?
    /// Nil for the one that the module's kernel is configured for.
    let hash: DigestAlgorithm?
    let stripper: ModuleStripper?
    /// The compression of the result where one was chosen; else it stays as it was.
    let compression: CompressionFormat?
    let isDetached: Bool
    let attachFolder: FilePath?
    let replaces: Bool
    /// Nil for in place.
    let output: FilePath?

    /// Signs `file` and writes the result, which is returned as `mkdkms inspect` shows it.
    func run(_ file: FilePath) async throws(Diagnostic) -> InspectDocument.Module {
        do throws(Diagnostic) {
            return try await sign(file)
        } catch {
            throw error.message.contains(file.string) ? error : error.during(file.string)
        }
    }

    private func sign(_ file: FilePath) async throws(Diagnostic) -> InspectDocument.Module {
        // A link stands for the module that it leads to.
        let file = output == nil ? (try? Files.canonical(file)) ?? file : file
        let original = try Files.read(file)
        let before = CompressionFormat(magicOf: original) ?? .none
        let base = String((file.lastComponent?.string ?? "").dropLast(before.suffix.count))
        let given = try ModuleFile(original, fileName: base)
        let signer = try signer(for: given)
        if isDetached, let signer {
            let signature = try signer.detachedSignature(of: try ModuleCompression.decompress(original))
            let target = place("\(base).p7s", of: file)
            try write(signature, to: target, mode: 0o644)
            return InspectDocument.Module(
                target.absolute.string, given, signature: try ModuleSignature(message: signature),
                compression: before,
                isStripped: given.isStripped)
        }
        let module = try await signedModule(file, base, signer)
        guard let signature = try ModuleSignature.split(module).signature else {
            throw .error("not-signed", "the result carries no signature", hint: "check the key")
        }
        let format = compression ?? before
        let name = base + format.suffix
        let target = place(name, of: file)
        let bytes = try ModuleCompression.compress(module, format)
        try write(bytes, to: target, mode: (try? Files.status(file))?.permissions ?? 0o644)
        if output == nil, name != file.lastComponent?.string {
            try Files.removeFile(file)
        }
        return InspectDocument.Module(
            target.absolute.string, given, signature: signature, compression: format,
            isStripped: given.isStripped || stripper != nil)
    }

    /// The module with its signature, uncompressed.
    private func signedModule(
        _ file: FilePath, _ base: String, _ signer: ModuleSigner?
    ) async throws(Diagnostic) -> [UInt8] {
        if let attachFolder {
            let message = try Files.read(attachFolder.appending("\(base).p7s"))
            let module = try await ModuleSteps(stripper: stripper).finish(file)
            return try ModuleSigner.attach(message, to: module, replaces: replaces)
        }
        return try await ModuleSteps(stripper: stripper, signer: signer).finish(file)
    }

    private func signer(for module: ModuleFile) throws(Diagnostic) -> ModuleSigner? {
        guard let identity else { return nil }
        if let hash { return ModuleSigner(identity, hash: hash, replaces: replaces) }
        guard let release = module.vermagicRelease, let name = Self.signatureHash(ofKernel: release) else {
            throw .error(
                "hash-needed", "the digest is not known: the headers of the module's kernel are not here",
                hint:
                    "give --sign-hash, the CONFIG_MODULE_SIG_HASH of the kernel; most have sha256 or sha512",
                status: .usage)
        }
        return ModuleSigner(identity, hash: try DigestAlgorithm(parsing: name), replaces: replaces)
    }

    private static func signatureHash(ofKernel release: String) -> String? {
        do throws(Diagnostic) {
            return try KernelFinder().find([release]).first?.signatureHash
        } catch {
            return nil
        }
    }

    /// Where a result called `name` goes: into the output folder, else beside `file`.
    private func place(_ name: String, of file: FilePath) -> FilePath {
        (output ?? file.removingLastComponent()).appending(name)
    }

    /// Whole; in place synced too, as it is the only copy of the module.
    private func write(_ bytes: [UInt8], to path: FilePath, mode: UInt16) throws(Diagnostic) {
        var file = try OutputFile(path, mode: mode)
        try file.write(bytes)
        try file.commit(syncing: output == nil)
    }
}

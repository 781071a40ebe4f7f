import Compression
import Cryptography
import Diagnostics
import KernelModule
import Streams
import SystemPackage

/// What `mkdkms sign` does to one file.
struct ModuleSigning: Sendable {
    /// Nil where signatures made elsewhere are attached.
    let signer: ModuleSigner?
    let stripper: ModuleStripper?
    /// The compression of the result where one was chosen; else it stays as it was.
    let compression: CompressionFormat?
    let isDetached: Bool
    let attachFolder: FilePath?
    let replaces: Bool
    /// Nil for in place.
    let output: FilePath?

    /// Signs `file` and writes the result.
    func run(_ file: FilePath) async throws(Diagnostic) -> SignDocument.Item {
        do throws(Diagnostic) {
            return try await sign(file)
        } catch {
            throw error.message.contains(file.string) ? error : error.during(file.string)
        }
    }

    private func sign(_ file: FilePath) async throws(Diagnostic) -> SignDocument.Item {
        let original = try Files.read(file)
        let before = CompressionFormat(magicOf: original) ?? .none
        let base = String((file.lastComponent?.string ?? "").dropLast(before.suffix.count))
        if isDetached, let signer {
            let signature = try signer.detachedSignature(of: try ModuleCompression.decompress(original))
            return try write(
                signature, to: folder(of: file).appending("\(base).p7s"),
                as: try ModuleSignature(message: signature))
        }
        let module = try await signedModule(file, base)
        guard let signature = try ModuleSignature.split(module).signature else {
            throw .error("not-signed", "the result carries no signature", hint: "check the key")
        }
        let format = compression ?? before
        let target = folder(of: file).appending(base + format.suffix)
        let item = try write(try ModuleCompression.compress(module, format), to: target, as: signature)
        if output == nil, target != file {
            do {
                try Files.remove(file)
            } catch {
                throw .file("remove", file, error)
            }
        }
        return item
    }

    /// The module with its signature, uncompressed.
    private func signedModule(_ file: FilePath, _ base: String) async throws(Diagnostic) -> [UInt8] {
        if let attachFolder {
            let message = try Files.read(attachFolder.appending("\(base).p7s"))
            let module = try await ModuleSteps(stripper: stripper).finish(file)
            return try ModuleSigner.attach(message, to: module, replaces: replaces)
        }
        return try await ModuleSteps(stripper: stripper, signer: signer).finish(file)
    }

    private func folder(of file: FilePath) -> FilePath {
        if let output { return output }
        let folder = file.removingLastComponent()
        return folder.isEmpty ? "." : folder
    }

    private func write(
        _ bytes: [UInt8], to path: FilePath, as signature: ModuleSignature
    ) throws(Diagnostic) -> SignDocument.Item {
        try Files.write(bytes, to: path)
        return SignDocument.Item(
            path: path.absolute.string, signer: signature.signer ?? "", hash: signature.hash,
            sha256: DigestAlgorithm.sha256.hexHash(bytes), size: bytes.count)
    }
}

package import Diagnostics
import Streams
package import SystemPackage

/// A new signing key with its self-signed certificate, as `mkdkms key new` writes them.
package struct KeyPair: Sendable {
    package static let defaultCommonName = "mkdkms module signing key"
    /// A hundred years: what dkms and Ubuntu's shim use too, since no kernel looks at the end of a key's validity.
    package static let defaultDays = 36500

    package let identity: SigningIdentity
    let key: PrivateKey

    init(_ key: PrivateKey, _ certificate: Certificate) throws(Diagnostic) {
        identity = try SigningIdentity(key: key, certificate: certificate)
        self.key = key
    }

    /// RSA-2048 with a certificate for code signing, signed with SHA-256.
    package static func generate(
        commonName: String = defaultCommonName, days: Int = defaultDays
    ) throws(Diagnostic) -> KeyPair {
        let key = PrivateKey(try CertificateBuilder.newRSAKey(bits: 2048))
        return try certifying(key, commonName: commonName, days: days)
    }

    /// The files of one key pair in a folder.
    package struct Paths: Hashable, Sendable {
        /// The private key, PEM, readable by its owner alone.
        package let key: FilePath
        /// The certificate as mokutil --import takes it.
        package let der: FilePath
        /// The certificate as openssl's -CAfile takes it.
        package let pem: FilePath

        package init(in folder: FilePath) {
            key = folder.appending("mok.key")
            der = folder.appending("mok.der")
            pem = folder.appending("mok.pem")
        }

        package var all: [FilePath] { [key, der, pem] }
    }

    /// Makes a pair and writes it into `folder`, which is created where it is missing.
    ///
    /// - Throws: `key-exists` with every file that is in the way; nothing is written then, or left after a failure.
    package static func create(
        in folder: FilePath, commonName: String = defaultCommonName, days: Int = defaultDays
    ) throws(Diagnostic) -> (pair: KeyPair, paths: Paths) {
        let paths = Paths(in: folder)
        let taken = paths.all.filter(Files.exists)
        guard taken.isEmpty else { throw exists(taken) }
        let pair = try generate(commonName: commonName, days: days)
        do throws(Errno) {
            try Files.makeDirectories(folder)
        } catch {
            throw .file("create", folder, error)
        }
        var written: [FilePath] = []
        do throws(Diagnostic) {
            let contents = [
                (paths.key, pair.key.pem, 0o600), (paths.der, pair.identity.certificate.der, 0o644),
                (paths.pem, Array(pair.identity.certificate.pem.utf8), 0o644),
            ]
            for (path, bytes, mode) in contents {
                try writeNew(bytes, to: path, mode: FilePermissions(rawValue: CModeT(mode))) {
                    written.append(path)
                }
            }
        } catch {
            for path in written { try? Files.remove(path) }
            throw error
        }
        return (pair, paths)
    }

    /// Creates a file that must not exist yet, so that a race can't overwrite a key either.
    static func writeNew(
        _ bytes: [UInt8], to path: FilePath, mode: FilePermissions, onCreation: () -> Void = {}
    ) throws(Diagnostic) {
        do {
            let descriptor = try FileDescriptor.open(
                path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: mode)
            onCreation()
            try descriptor.closeAfter {
                _ = try unsafe bytes.withUnsafeBytes { try unsafe descriptor.writeAll($0) }
                try Files.sync(descriptor)
            }
        } catch let error as Errno {
            throw error == .fileExists ? exists([path]) : .file("create", path, error)
        } catch {
            throw .file("create", path, .ioError)
        }
    }

    private static func exists(_ paths: [FilePath]) -> Diagnostic {
        .error(
            "key-exists",
            "\(paths.map(\.string).joined(separator: ", ")) already there; a key is never overwritten",
            hint: "choose another folder, or move the old key away if no machine trusts it any more")
    }
}

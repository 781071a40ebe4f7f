import ArgumentParser
import Cryptography
import Diagnostics
import SystemPackage
import Terminal

/// `mkdkms key`: keys that sign modules.
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make a key for module signatures, or show a certificate.",
        discussion: "Example: mkdkms key new keys",
        subcommands: [KeyNewCommand.self, KeyShowCommand.self])
}

/// `mkdkms key new`: makes a key.
struct KeyNewCommand: Verb {
    static let schemaName = "key"
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make an RSA-2048 key with its certificate: mok.key, mok.der, mok.pem.",
        discussion: """
            Nothing is ever overwritten. To let Secure Boot machines trust the key: mokutil --import mok.der

            Example: mkdkms key new keys --common-name "Example Corp module signing"
            """)

    @Argument(help: ArgumentHelp("The folder for the three files, created if needed.", valueName: "dir"))
    var folder: String

    @Option(
        help: ArgumentHelp("The name in the certificate, which modinfo shows as signer.", valueName: "name"))
    var commonName = KeyPair.defaultCommonName

    @OptionGroup var talk: TalkOptions
    @OptionGroup(visibility: .hidden) var progress: ProgressOptions

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        let (pair, paths) = try KeyPair.create(in: FilePath(folder), commonName: commonName)
        let document = KeyDocument(
            pair.identity.certificate,
            files: [paths.key, paths.der, paths.pem].map { $0.absolute.string })
        return Report(text: paths.all.map { $0.string + "\n" }.joined(), document: document)
    }
}

/// `mkdkms key show`: shows a certificate.
struct KeyShowCommand: Verb {
    static let schemaName = "key"
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a certificate: whose it is, its identifiers, how long it is valid.",
        discussion: "Example: mkdkms key show keys/mok.der")

    @Argument(help: ArgumentHelp("A certificate, PEM or DER.", valueName: "file"))
    var file: String

    @OptionGroup var talk: TalkOptions
    @OptionGroup(visibility: .hidden) var progress: ProgressOptions

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        let document = KeyDocument(
            try Certificate(contentsOf: FilePath(file)), files: [FilePath(file).absolute.string])
        return Report(text: document.text, document: document)
    }
}

/// A certificate as `mkdkms key` shows it.
struct KeyDocument: Encodable, Sendable {
    let files: [String]
    let subject: String
    let issuer: String
    /// Lower-case hex, as openssl and modinfo's sig_key have it but for case and colons.
    let serial: String
    /// The subject key identifier in lower-case hex; empty where the certificate has none.
    let keyId: String
    let sha256: String
    let algorithm: String
    let bits: Int
    let validFrom: String
    let validUntil: String
    let extendedKeyUsage: [String]

    init(_ certificate: Certificate, files: [String]) {
        self.files = files.sorted()
        subject = certificate.commonName
        issuer = certificate.issuerCommonName
        serial = Hex.string(certificate.serial)
        keyId = Hex.string(certificate.keyIdentifier)
        sha256 = Hex.string(certificate.fingerprint)
        let key = certificate.keyAlgorithm
        (algorithm, bits) = (key.name.lowercased(), key.bits)
        (validFrom, validUntil) = certificate.validity
        extendedKeyUsage = certificate.extendedKeyUsage.sorted()
    }

    var text: String {
        var table = Table(header: ["subject", subject])
        table.add(["issuer", issuer])
        table.add(["serial", Self.colons(serial)])
        if !keyId.isEmpty { table.add(["key id", Self.colons(keyId)]) }
        table.add(["sha256", sha256])
        table.add(["key", "\(algorithm) \(bits)"])
        table.add(["valid", "\(validFrom) to \(validUntil)"])
        if !extendedKeyUsage.isEmpty { table.add(["usage", extendedKeyUsage.joined(separator: ", ")]) }
        return table.text
    }

    /// As modinfo and mokutil print identifiers: pairs of upper-case digits with colons between.
    private static func colons(_ digits: String) -> String {
        let digits = Array(digits.uppercased())
        return stride(from: 0, to: digits.count, by: 2).map { String(digits[$0..<min($0 + 2, digits.count)]) }
            .joined(separator: ":")
    }
}

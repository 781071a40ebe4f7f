package import Diagnostics
import Streams
package import SystemPackage
import Tools

/// Signs packages and repositories with OpenPGP, by a program of this machine: no key is ever read here.
///
/// gpg knows a key by its id, fingerprint or address; sq is given a file with a secret key.
package struct OpenPGPSigner: Sendable {
    /// The key as it was asked for.
    package let key: String
    private let passphrase: String?

    /// - Parameters:
    ///   - key: what gpg calls the key; or, where it holds a slash, the file that sq reads it from.
    ///   - passphrase: of gpg's key; nil leaves it to gpg-agent.
    /// - Throws: `bad-package-key` for what no program would take as a key.
    package init(key: String, passphrase: String? = nil) throws(Diagnostic) {
        guard let first = key.first, first != "-", !key.contains(where: \.isNewline) else {
            throw .error(
                "bad-package-key", "\"\(key)\" names no OpenPGP key",
                hint:
                    "give a key id or fingerprint that gpg --list-secret-keys shows, or the path of a key file",
                status: .usage)
        }
        self.key = key
        self.passphrase = passphrase
    }

    /// Refuses to leave a repository without the signature that its users rely on.
    ///
    /// - Throws: `unsigned-repository` where `signature` is there.
    static func demandKey(over signature: FilePath) throws(Diagnostic) {
        guard Files.exists(signature) else { return }
        throw .error(
            "unsigned-repository", "\(signature) signs this repository, and no key is given to sign it again",
            hint: "give --package-key; or remove that file, if its users are to trust it unsigned")
    }

    /// The program that signs.
    package var program: String { key.contains("/") ? "sq" : "gpg" }

    /// Signs a few bytes, for finding out in time that the key is missing, has no secret part, or another passphrase.
    ///
    /// - Throws: `package-signing-failed`.
    func check() async throws(Diagnostic) { _ = try await detach(Array("mkdkms\n".utf8)) }

    /// A detached signature over `bytes`: a single version 4 signature packet, in ASCII armour where `armor` says so.
    package func detach(_ bytes: [UInt8], armor: Bool = false) async throws(Diagnostic) -> [UInt8] {
        try await sign(.detached, .bytes(bytes), armor)
    }

    /// A detached signature over a file, which is read by the program alone.
    package func detach(_ file: FilePath, armor: Bool = false) async throws(Diagnostic) -> [UInt8] {
        try await sign(.detached, .file(file), armor)
    }

    /// The text within its own signature (RFC 4880 section 7), as apt reads it from InRelease.
    package func clearsign(_ text: String) async throws(Diagnostic) -> [UInt8] {
        try await sign(.cleartext, .bytes(Array(text.utf8)), true)
    }

    /// The public key, for those who check the signatures; it is no secret.
    package func publicKey(armor: Bool = true) async throws(Diagnostic) -> [UInt8] {
        guard program == "gpg" else {
            return try await run(["key", "extract-cert"] + (armor ? [] : ["--binary"]) + ["--", key])
        }
        let exported = try await run(
            ["--batch", "--no-tty"] + (armor ? ["--armor"] : []) + ["--export", "--", key])
        guard !exported.isEmpty else { throw failure("gpg has no public key \(key)") }
        return exported
    }
}

extension OpenPGPSigner {
    private enum Form { case detached, cleartext }

    private enum Subject {
        case bytes([UInt8])
        case file(FilePath)
    }

    private func sign(_ form: Form, _ subject: Subject, _ armor: Bool) async throws(Diagnostic) -> [UInt8] {
        var arguments: [String]
        var input: [UInt8] = []
        if program == "gpg" {
            arguments = ["--batch", "--no-tty", "--quiet", "--digest-algo", "SHA256", "--output", "-"]
            if let passphrase {
                // gpg reads the first line of its input as the passphrase, and the rest as what it signs.
                arguments += ["--pinentry-mode", "loopback", "--passphrase-fd", "0"]
                input = Array("\(passphrase)\n".utf8)
            }
            if armor { arguments.append("--armor") }
            arguments += ["--local-user", key, form == .detached ? "--detach-sign" : "--clear-sign"]
        } else {
            arguments = try await sequoiaArguments(form, armor)
        }
        switch subject {
        case .bytes(let bytes): input += bytes
        case .file(let file): arguments += ["--", file.string]
        }
        let signature = try await run(arguments, input: input)
        guard !signature.isEmpty else { throw failure("\(program) gave no signature") }
        return signature
    }

    /// sq renamed its options on the way to version 1.0; its own help tells which it takes.
    private func sequoiaArguments(_ form: Form, _ armor: Bool) async throws(Diagnostic) -> [String] {
        let help = String(decoding: try await run(["sign", "--help"]), as: UTF8.self)
        let signer = help.contains("--signer-file") ? "--signer-file" : "--signer-key"
        let binary = armor ? [] : ["--binary"]
        switch form {
        case .detached where help.contains("--signature-file"):
            return ["sign", signer, key, "--signature-file=-"] + binary
        case .detached: return ["sign", signer, key, "--detached"] + binary
        case .cleartext:
            let option = help.contains("--cleartext-signature") ? "--cleartext-signature" : "--cleartext"
            return ["sign", signer, key, option]
        }
    }

    /// Runs the program, whatever its status.
    func call(_ arguments: [String], input: [UInt8] = []) async throws(Diagnostic) -> Program.Outcome {
        var environment: [String: String] = [:]
        for name in ["GNUPGHOME", "GPG_TTY", "XDG_RUNTIME_DIR", "SEQUOIA_HOME"] {
            environment[name] = CallerEnvironment.value(name)
        }
        return try await Program(
            program, arguments, environment: Program.cleanEnvironment(adding: environment)
        ).capture(input: input)
    }

    private func run(_ arguments: [String], input: [UInt8] = []) async throws(Diagnostic) -> [UInt8] {
        let outcome = try await call(arguments, input: input)
        guard outcome.status == 0 else {
            let said = String(decoding: outcome.errorOutput, as: UTF8.self)
                .split(whereSeparator: \.isNewline)
            throw failure(
                said.first { !$0.isEmpty }.map { "it says: \($0)" } ?? "it ended with \(outcome.status)")
        }
        return outcome.output
    }

    private func failure(_ reason: String) -> Diagnostic {
        .error(
            "package-signing-failed", "\(program) did not sign with \(key); \(reason)",
            hint: program == "gpg"
                ? "see what gpg --list-secret-keys has; without a terminal the passphrase comes from gpg-agent "
                    + "or from MKDKMS_PACKAGE_PASSPHRASE"
                : "the file has to hold a secret key without a passphrase")
    }
}

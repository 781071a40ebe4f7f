import Cryptography
import Diagnostics
import Kernels
import Streams
import SystemPackage
import Tools

/// Finds out with what a kernel's modules are signed, and makes a key where there is none.
///
/// As dkms 3.4.3 (`prepare_signing`, `prepare_mok`): whatever is missing means unsigned modules and a line that says why,
/// no failure.
struct SigningPreparation {
    let engine: Engine
    /// Nil for `generate_mok`, which is for no kernel.
    let place: KernelPlace?
    private var key = ""
    private var certificate = ""
    private var settings: [String: String] = [:]

    init(engine: Engine, place: KernelPlace?) {
        self.engine = engine
        self.place = place
    }

    private var console: EngineConsole { engine.console }

    mutating func prepare(_ place: KernelPlace) async throws(EngineStop) -> EngineSigner? {
        settings = try await EngineSettings.signing(kernel: place)
        if settings["try_sign_modules"] == "false" {
            return refuse("Module signing is disabled by policy, modules won't be signed")
        }
        if settings["try_sign_modules"] != "true", ChrootCheck.isInChroot {
            return refuse("Running in chroot, modules won't be signed")
        }
        guard Files.isRegularFile(place.config), let options = place.options() else {
            return refuse("Kernel config \(place.config) not found, modules won't be signed")
        }
        guard let hash = options["CONFIG_MODULE_SIG_HASH"] else {
            return refuse("The kernel is built without module signing facility, modules won't be signed")
        }
        let program = signProgram(place)
        console.say("Sign command: \(program)")
        guard Files.isRegularFile(program), Files.isExecutable(program) else {
            return refuse("Binary \(program) not found, modules won't be signed")
        }
        guard try await prepareKey(with: settings, options: options["CONFIG_MODULE_SIG_KEY"]) else {
            return nil
        }
        let own = try? Files.canonical(place.sourceFolder.appending("scripts/sign-file"))
        let isOwn = own != nil && own == (try? Files.canonical(program))
        return EngineSigner(
            hash: hash, program: program, key: key, certificate: certificate,
            identities: isOwn ? engine.identities : nil)
    }

    /// `generate_mok`: the key alone.
    mutating func prepareKey() async throws(EngineStop) -> Bool {
        try await prepareKey(with: try await EngineSettings.signing(kernel: nil), options: nil)
    }

    private func refuse(_ reason: String) -> EngineSigner? {
        console.say(reason)
        return nil
    }

    private func signProgram(_ place: KernelPlace) -> FilePath {
        if let given = settings["sign_file"], !given.isEmpty { return FilePath(given) }
        let release = place.release
        var candidates: [FilePath] = []
        if engine.identity.begins(with: "debian") {
            // 6.1 of 6.1.0-56-amd64: what follows the last dot goes.
            let parts = release.split(separator: ".", omittingEmptySubsequences: false).dropLast()
            candidates = [
                FilePath("/usr/lib/linux-kbuild-\(parts.joined(separator: "."))/scripts/sign-file")
            ]
        } else if engine.identity.begins(with: "ubuntu") {
            candidates =
                (Program.find("kmodsign").map { [$0] } ?? [])
                + [FilePath("/usr/src/linux-headers-\(release)/scripts/sign-file")]
        } else if engine.identity.begins(with: "gentoo") {
            candidates = [FilePath("/usr/src/linux-\(release)/scripts/sign-file")]
        }
        return candidates.first(where: Files.isRegularFile)
            ?? engine.tree.installTree.appending(release).appending("build/scripts/sign-file")
    }

    private mutating func prepareKey(
        with settings: [String: String], options configuredKey: String?
    ) async throws(EngineStop) -> Bool {
        key = settings["mok_signing_key"] ?? ""
        certificate = settings["mok_certificate"] ?? ""
        if key.isEmpty, engine.identity.begins(with: "ubuntu") {
            guard try await useUbuntuKey() else { return false }
        } else if key.isEmpty, engine.identity.begins(with: "gentoo") {
            useGentooKey(configuredKey)
        }
        if key.isEmpty { key = "/var/lib/dkms/mok.key" }
        console.say("Signing key: \(TokenURI.name(of: key))")
        if certificate.isEmpty { certificate = "/var/lib/dkms/mok.pub" }
        console.say("Public certificate (MOK): \(certificate)")
        if !KeyName.isOnToken(key), !isThere(key) || !isThere(certificate) {
            console.say(
                "Certificate or key are missing, generating self signed certificate for MOK...")
            try await generate()
            guard isThere(key) else {
                console.say("Key file \(key) not found and can't be generated, modules won't be signed")
                return false
            }
        }
        guard isThere(certificate) else {
            console.say(
                "Certificate file \(certificate) not found and can't be generated, modules won't be signed")
            return false
        }
        return true
    }

    private func isThere(_ path: String) -> Bool { Files.isRegularFile(FilePath(path)) }

    /// Makes what is missing and overwrites nothing: a key that lost its certificate keeps being the key, and a
    /// certificate that lost its key is kept beside the new one, since machines may trust it.
    ///
    /// What is still missing afterwards is said by the caller, in dkms's words.
    private func generate() async throws(EngineStop) {
        let lock = try await engine.takeLock("signing key")
        defer { lock.hold() }
        // Another run may have made them while this one waited.
        if isThere(key), isThere(certificate) { return }
        try? makePair("DKMS module signing key")
    }

    private func makePair(_ name: String) throws(Diagnostic) {
        guard !isThere(key) else {
            let key = try PrivateKey(
                contentsOf: FilePath(key), passphrase: CallerEnvironment.given("KBUILD_SIGN_PIN"))
            return try KeyPair.certifying(key, commonName: name).writeCertificate(FilePath(certificate))
        }
        let pair = try KeyPair.generate(commonName: name)
        // Under another name until the old certificate is out of the way: a key must never stand beside another's.
        let new = FilePath("\(key).new")
        if Files.exists(new) { try Files.removeFile(new) }
        try pair.writeKey(new)
        do throws(Diagnostic) {
            if isThere(certificate) { try Files.moveWhole(FilePath(certificate), to: unusedOldName()) }
            try pair.writeCertificate(FilePath(certificate))
        } catch {
            // As with dkms where the certificate's place can't be written: the key is there, to be certified later.
            try Files.moveWhole(new, to: FilePath(key))
            throw error
        }
        try Files.moveWhole(new, to: FilePath(key))
    }

    /// `CERTIFICATE.old`, or with a number behind it.
    private func unusedOldName() -> FilePath {
        var number = 1
        var name = FilePath("\(certificate).old")
        while Files.exists(name) {
            name = FilePath("\(certificate).old.\(number)")
            number += 1
        }
        return name
    }

    /// Ubuntu's own key, which its update-secureboot-policy makes and enrolls.
    private mutating func useUbuntuKey() async throws(EngineStop) -> Bool {
        key = "/var/lib/shim-signed/mok/MOK.priv"
        certificate = "/var/lib/shim-signed/mok/MOK.der"
        if isThere(key), isThere(certificate) { return true }
        guard let policy = Program.find("update-secureboot-policy") else {
            console.say("Binary update-secureboot-policy not found, modules won't be signed")
            return false
        }
        console.say("Certificate or key are missing, generating them using update-secureboot-policy...")
        do throws(Diagnostic) {
            // It makes no new key beside an old certificate.
            if isThere(certificate) {
                try Files.moveWhole(FilePath(certificate), to: unusedOldName())
            }
            // It talks to the user through debconf, which the caller's environment tells how.
            let environment = CallerEnvironment.all()
            _ = try await Program(
                policy.string, ["--new-key"],
                environment: environment.merging(["SHIM_NOTRIGGER": "y"]) { _, own in own }
            ).capture()
            _ = try await Program(policy.string, ["--enroll-key"], environment: environment)
                .attached(to: .terminal)
        } catch {
            throw EngineStop(error)
        }
        return true
    }

    /// Portage's variables, else its make.conf, else what the kernel itself was signed with.
    private mutating func useGentooKey(_ configured: String?) {
        let text = (try? Files.contents("/etc/portage/make.conf")) ?? []
        let lines = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline)
        func setting(_ name: String) -> String {
            if let value = CallerEnvironment.value(name), !value.isEmpty { return value }
            let line = lines.last { $0.hasPrefix("\(name)=") }
            return line.map { $0.dropFirst(name.count + 1).filter { $0 != "\"" } } ?? ""
        }
        key = setting("MODULES_SIGN_KEY")
        certificate = setting("MODULES_SIGN_CERT")
        guard key.isEmpty, let configured, !configured.isEmpty, let place else { return }
        // One PEM file with both; a relative path is one in the kernel's sources.
        let path = place.sourceFolder.pushing(FilePath(configured))
        key = ((try? Files.canonical(path)) ?? path).string
        certificate = key
    }
}

extension Engine {
    /// The certificate that modules of a kernel are signed with: framework.conf's, else the distribution's.
    func certificate(_ build: DkmsTree.Build) async -> FilePath {
        let settings = (try? await EngineSettings.signing(kernel: place(build))) ?? [:]
        if let given = settings["mok_certificate"], !given.isEmpty { return FilePath(given) }
        return identity.begins(with: "ubuntu") ? "/var/lib/shim-signed/mok/MOK.der" : "/var/lib/dkms/mok.pub"
    }
}

import ArgumentParser
import Compression
import Cryptography
import Diagnostics
import KernelModule
import Streams
import SystemPackage
import Tools

/// `mkdkms sign`: signs modules that are built already.
struct SignCommand: Verb {
    static let schemaName = "sign"
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Sign .ko files as the kernel's sign-file does.",
        discussion: """
            In place, or into -o. A compressed module is decompressed, signed, and compressed as it was; \
            in place with --compress, NAME.ko gives way to NAME.ko.xz or the like.
            Without --sign-hash the digest is the one that the module's kernel is configured for, if its headers are here.
            The key of a token is named by its URI: --sign-key 'pkcs11:token=LABEL;object=KEY'. The PIN, or a key file's
            passphrase, is KBUILD_SIGN_PIN, and PKCS11_MODULE_PATH the library of the token if p11-kit doesn't know it.
            --detached writes NAME.ko.p7s only; --attach DIR joins modules with such files, made elsewhere.

            Example: mkdkms sign hello.ko --sign-key mok.key --sign-cert mok.pem --sign-hash sha256 --compress xz -o out
            """)

    @Argument(help: ArgumentHelp("The modules: .ko, .ko.gz, .ko.xz or .ko.zst.", valueName: "file.ko"))
    var files: [String]

    @OptionGroup var key: SigningFlags
    @OptionGroup var modules: ModuleFlags
    @OptionGroup var talk: TalkOptions
    @OptionGroup(visibility: .hidden) var progress: ProgressOptions

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The folder for signed modules; by default in place.", valueName: "dir"))
    var output: String?

    @Option(
        name: .customShort("j", allowingJoined: true),
        help: ArgumentHelp("Modules worked on at a time.", valueName: "n"))
    var jobs: Int?

    @Flag(help: "Strip debugging information first.")
    var strip = false

    @Flag(help: "Replace a signature that is there already.")
    var replace = false

    @Flag(help: "Write the signatures alone, as NAME.ko.p7s.")
    var detached = false

    @Option(help: ArgumentHelp("Append the NAME.ko.p7s of this folder instead of signing.", valueName: "dir"))
    var attach: String?

    func validate() throws {
        if detached && attach != nil { throw ValidationError("--detached and --attach exclude each other") }
        if let jobs, jobs < 1 { throw ValidationError("-j needs a number of at least 1") }
        // Whatever its compression, a module's result has the name up to that: two of one name would be one file.
        let results = files.map { file in
            let path = FilePath(file)
            let name = path.lastComponent?.string ?? file
            let stem = String(name.dropLast(CompressionFormat(suffixOf: name).suffix.count))
            return output == nil
                ? path.removingLastComponent().appending(stem).lexicallyNormalized().string : stem
        }
        if Set(results).count != results.count {
            throw ValidationError(
                "two of the files would have the same result: sign them one by one, with -o")
        }
    }

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        let work = ModuleSigning(
            identity: try identity(), hash: try key.hash(), stripper: strip ? ModuleStripper() : nil,
            compression: try modules.format(),
            isDetached: detached,
            attachFolder: attach.map { FilePath($0) }, replaces: replace, output: output.map { FilePath($0) })
        if let output {
            do {
                try Files.makeDirectories(FilePath(output))
            } catch {
                throw .file("create", FilePath(output), error)
            }
        }
        let environmentJobs = try EnvironmentOption.number("JOBS")
        let width = jobs ?? environmentJobs ?? CompressionSettings.availableThreads
        let results = await concurrently(files.map { FilePath($0) }, width: width) {
            (file) throws(Diagnostic) in
            try await work.run(file)
        }
        var signed: [InspectDocument.Module] = []
        var failures: [Diagnostic] = []
        for result in results {
            switch result {
            case .success(let item): signed.append(item)
            case .failure(let diagnostic): failures.append(diagnostic)
            }
        }
        return Report(
            text: signed.map { $0.path + "\n" }.joined(),
            document: SignDocument(modules: signed.sorted { $0.path < $1.path }),
            failures: failures, status: failures.first?.status ?? .success)
    }

    /// Nil where signatures made elsewhere are attached.
    private func identity() throws(Diagnostic) -> SigningIdentity? {
        if attach != nil { return nil }
        if let identity = try key.identity() { return identity }
        throw .error(
            "key-needed", "there is no key to sign with",
            hint: "give --sign-key and --sign-cert; mkdkms key new DIR makes a pair", status: .usage)
    }
}

/// The document of `mkdkms sign`: the signed modules as `mkdkms inspect` shows them.
struct SignDocument: Encodable, Sendable {
    let modules: [InspectDocument.Module]
}

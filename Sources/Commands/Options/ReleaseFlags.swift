import ArgumentParser
import Compression
import Converters
import Diagnostics
import Kernels
import SystemPackage
import Templates
import Tools

extension HookPolicy: ExpressibleByArgument {}

/// What all converters share: where artifacts go and what packages say about themselves.
struct ReleaseFlags: ParsableArguments {
    @OptionGroup var tree: TreeOptions
    @OptionGroup var build: BuildFlags
    @OptionGroup var signing: SigningPolicyFlags
    @OptionGroup var modules: ModuleFlags

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The folder for artifacts, created if needed; by default this one.", valueName: "dir"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Take the modules that mkdkms modules wrote, those of -k or all; build nothing.", valueName: "dir"
        ))
    var from: String?

    @Option(
        help: ArgumentHelp("Compression of the artifact itself.", valueName: "gz|xz|zst[:level]"))
    var archiveCompression: String?

    @Option(
        name: [.customShort("R"), .long],
        help: ArgumentHelp(
            "The package revision; by default that of the changelog or of the package that TREE is, else 1.",
            valueName: "r"))
    var release: String?

    @Option(help: ArgumentHelp("Who maintains the packages: \"Name <mail>\".", valueName: "name"))
    var maintainer: String?

    @Option(help: ArgumentHelp("The licence: an SPDX expression, such as GPL-2.0-only.", valueName: "id"))
    var license: String?

    @Option(help: ArgumentHelp("One line about the module.", valueName: "text"))
    var summary: String?

    @Option(help: ArgumentHelp("The project's web page.", valueName: "url"))
    var homepage: String?

    @Option(
        help: ArgumentHelp(
            "Sign packages and repositories: a key of gpg, or the path of a key file for sq.",
            valueName: "key"))
    var packageKey: String?

    @Option(help: ArgumentHelp("Templates that replace the built-in ones, file by file.", valueName: "dir"))
    var templateDir: String?

    @Option(
        help: ArgumentHelp(
            "The settings file; by default mkdkms.yaml of this folder, where TREE is elsewhere.",
            valueName: "file"))
    var settings: String?

    @Option(
        help: ArgumentHelp(
            "What N-dkms packages do with a module that does not build: warn, or fail (default: lenient).",
            valueName: "lenient|strict"))
    var hooks: HookPolicy?

    @Flag(help: "Print what would be written; build and write nothing.")
    var dryRun = false

    var outputFolder: FilePath { FilePath(output ?? EnvironmentOption.value("OUTPUT") ?? ".") }

    var fromFolder: FilePath? { (from ?? EnvironmentOption.value("FROM")).map { FilePath($0) } }

    func source() throws(Diagnostic) -> ModuleSource {
        if let built = try builtModules() { return built }
        let kernels = try build.kernels()
        return kernels.isEmpty ? .none : .kernels(kernels)
    }

    /// As ``source()``, where modules are needed.
    func requiredSource() throws(Diagnostic) -> ModuleSource {
        if let built = try builtModules() { return built }
        return .kernels(try build.requiredKernels())
    }

    private func builtModules() throws(Diagnostic) -> ModuleSource? {
        guard let fromFolder else { return nil }
        return .folder(
            fromFolder, releases: try chosenReleases(),
            named: EnvironmentOption.place("FROM", unless: from != nil))
    }

    /// The kernels of `--from` that `-k` chooses, empty for all.
    ///
    /// They need not be installed here.
    private func chosenReleases() throws(Diagnostic) -> [String] {
        guard !build.names.contains("all") else { return [] }
        var releases: [String] = []
        for name in build.names {
            releases += name.contains("/") ? try build.find([name]).map(\.release) : [name]
        }
        return releases
    }

    /// What options and environment say, before the input's own words.
    var metadata: PackageMetadata.Given {
        PackageMetadata.Given(
            maintainer: maintainer ?? EnvironmentOption.value("MAINTAINER") ?? debianMaintainer,
            license: license ?? EnvironmentOption.value("LICENSE"),
            summary: summary ?? EnvironmentOption.value("SUMMARY"),
            homepage: homepage ?? EnvironmentOption.value("HOMEPAGE"))
    }

    private var debianMaintainer: String? {
        guard let mail = CallerEnvironment.value("DEBEMAIL"), !mail.isEmpty else { return nil }
        if mail.contains("<") { return mail }
        return CallerEnvironment.value("DEBFULLNAME").map { "\($0) <\(mail)>" }
    }

    func settings(epoch: Int64) throws(Diagnostic) -> ReleaseSettings {
        let threads = try build.jobCount()
        var archive: CompressionSettings?
        if let text = archiveCompression ?? EnvironmentOption.value("ARCHIVE_COMPRESSION") {
            archive = try EnvironmentOption.telling(
                "ARCHIVE_COMPRESSION", unless: archiveCompression != nil
            ) { () throws(Diagnostic) in try CompressionSettings(parsing: text, threads: threads) }
        }
        let templates = templateDir ?? EnvironmentOption.value("TEMPLATE_DIR")
        var settings = ReleaseSettings(
            target: try tree.distribution(), epoch: epoch, archiveCompression: archive,
            moduleCompression: try modules.format(), threads: threads,
            templates: TemplateLibrary(
                directory: templates.map { FilePath($0) },
                named: EnvironmentOption.place("TEMPLATE_DIR", unless: templateDir != nil)),
            identity: try signing.policy().identity)
        settings.packageSigner = try packageSigner()
        settings.hooks = try hookPolicy()
        return settings
    }

    /// For verbs whose packages carry no signature of their own; a key of the environment or the settings is for others.
    ///
    /// - Throws: `no-package-signature`.
    func refusePackageKey() throws(Diagnostic) {
        guard packageKey != nil else { return }
        throw .error(
            "no-package-signature", "these packages carry no signature, so --package-key has nothing to sign",
            hint: "leave --package-key out, and sign what is written with the tools of its repository",
            status: .usage)
    }

    private var givenPackageKey: String? { packageKey ?? EnvironmentOption.value("PACKAGE_KEY") }

    var hasPackageKey: Bool { givenPackageKey != nil }

    /// The key that packages are signed with; not that of the modules.
    private func packageSigner() throws(Diagnostic) -> OpenPGPSigner? {
        guard let key = givenPackageKey else { return nil }
        return try EnvironmentOption.telling("PACKAGE_KEY", unless: packageKey != nil) {
            () throws(Diagnostic) in
            try OpenPGPSigner(key: key, passphrase: EnvironmentOption.value("PACKAGE_PASSPHRASE"))
        }
    }

    private func hookPolicy() throws(Diagnostic) -> HookPolicy {
        if let hooks { return hooks }
        guard let text = EnvironmentOption.value("HOOKS") else { return .lenient }
        guard let policy = HookPolicy(rawValue: text) else {
            throw .error(
                "bad-hooks", "MKDKMS_HOOKS is \"\(text)\"", hint: "give it lenient or strict", status: .usage)
        }
        return policy
    }
}

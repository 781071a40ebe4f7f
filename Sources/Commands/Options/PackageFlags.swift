import ArgumentParser
import Converters
import Diagnostics
import SystemPackage
import Templates
import Tools

extension HookPolicy: ExpressibleByArgument {}

/// What every verb takes that makes packages.
struct PackageFlags: ParsableArguments {
    @OptionGroup var tree: TreeOptions
    @OptionGroup var output: OutputFlags
    @OptionGroup var build: BuildFlags
    @OptionGroup var from: ModuleSourceFlags
    @OptionGroup var archive: ArchiveFlags
    @OptionGroup var metadata: MetadataFlags
    @OptionGroup var templates: TemplateFlags
    @OptionGroup var packageKey: PackageKeyFlags

    /// - Parameter hooks: of a verb whose packages have some.
    func release(_ hooks: HookFlags?, _ plan: PlanFlags) -> ReleaseFlags {
        ReleaseFlags(
            tree: tree, output: output, build: build, from: from, archive: archive, metadata: metadata,
            templates: templates, packageKey: packageKey, hooks: hooks, plan: plan)
    }
}

/// What packages say of themselves.
struct MetadataFlags: ParsableArguments {
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

    var revision: String? { release ?? EnvironmentOption.value("RELEASE") }

    var revisionPlace: Diagnostic.Location? { EnvironmentOption.place("RELEASE", unless: release != nil) }

    var licensePlace: Diagnostic.Location? { EnvironmentOption.place("LICENSE", unless: license != nil) }

    /// What options and environment say, before the input's own words.
    var given: PackageMetadata.Given {
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
}

/// Which templates are in effect.
struct TemplateFlags: ParsableArguments {
    @Option(help: ArgumentHelp("Templates that replace the built-in ones, file by file.", valueName: "dir"))
    var templateDir: String?

    func library() throws(Diagnostic) -> TemplateLibrary {
        let folder = templateDir ?? EnvironmentOption.value("TEMPLATE_DIR")
        return TemplateLibrary(
            directory: folder.map { FilePath($0) },
            named: EnvironmentOption.place("TEMPLATE_DIR", unless: templateDir != nil))
    }
}

/// The key of packages and repositories; not that of the modules.
struct PackageKeyFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Sign packages and repositories: a key of gpg, or the path of a key file for sq.",
            valueName: "key"))
    var packageKey: String?

    private var given: String? { packageKey ?? EnvironmentOption.value("PACKAGE_KEY") }

    var isGiven: Bool { given != nil }

    func signer() throws(Diagnostic) -> OpenPGPSigner? {
        guard let given else { return nil }
        return try EnvironmentOption.telling("PACKAGE_KEY", unless: packageKey != nil) {
            () throws(Diagnostic) in
            try OpenPGPSigner(key: given, passphrase: EnvironmentOption.value("PACKAGE_PASSPHRASE"))
        }
    }
}

/// What becomes of a module that does not build on the user's machine.
struct HookFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What N-dkms packages do with a module that does not build: warn, or fail (default: lenient).",
            valueName: "lenient|strict"))
    var hooks: HookPolicy?

    func policy() throws(Diagnostic) -> HookPolicy {
        if let hooks { return hooks }
        guard let text = EnvironmentOption.value("HOOKS") else { return .lenient }
        guard let policy = HookPolicy(rawValue: text) else {
            throw .error(
                "bad-hooks", "MKDKMS_HOOKS is \"\(text)\"", hint: "give it lenient or strict", status: .usage)
        }
        return policy
    }
}

import ArgumentParser
import Converters
import Diagnostics
import Kernels

extension RepositoryKind: ExpressibleByArgument {}

/// `mkdkms release`: everything that a driver release ships.
struct ReleaseCommand: Verb {
    static let schemaName = "release"
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Write the source tarball, the bundle, and the .deb and .rpm packages from one build.",
        discussion: """
            Besides the artifacts it writes SHA256SUMS, which sha256sum -c reads, and index.json.
            With --repo apt or dnf the folder is one that these install from; docs/deb.md and docs/rpm.md show how.
            Without -k and --from only the artifacts that need no kernel.

            Example: mkdkms release /usr/src/hello-1.5.0 -k all --sign-key mok.key --sign-cert mok.pem -o out
            """)

    @OptionGroup var tree: TreeOptions
    @OptionGroup var output: OutputFlags
    @OptionGroup var build: BuildFlags
    @OptionGroup var from: ModuleSourceFlags
    @OptionGroup var archive: ArchiveFlags
    @OptionGroup var metadata: MetadataFlags
    @OptionGroup var templates: TemplateFlags
    @OptionGroup var packageKey: PackageKeyFlags
    @OptionGroup var hooks: HookFlags
    @OptionGroup var plan: PlanFlags
    @OptionGroup var talk: TalkOptions
    @OptionGroup var progress: ProgressOptions

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Make the output folder a package repository, signed with --package-key (repeatable).",
            valueName: "apt|dnf"))
    var repo: [RepositoryKind] = []

    var flags: ReleaseFlags {
        ReleaseFlags(
            tree: tree, output: output, build: build, from: from, archive: archive, metadata: metadata,
            templates: templates, packageKey: packageKey, hooks: hooks, plan: plan)
    }

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        try tree.demandTarget(of: .deb, .rpm)
        do throws(Diagnostic) {
            try RepositoryKind.check(output.folder, chosen: repo, hasKey: packageKey.isGiven)
        } catch {
            throw error.located(at: output.place, ifIts: "in-repository")
        }
        let source = try flags.source()
        var converters: [any Converter] = [
            TarballConverter.sourceOnly, DebDkmsConverter(), RPMDkmsConverter(),
        ]
        if case .none = source {
        } else {
            converters +=
                [
                    BundleConverter(carriesSource: false),
                    DebModulesConverter(followsFlavours: repo.contains(.apt)),
                    RPMKmodConverter(followsKernels: repo.contains(.dnf)),
                ]
                as [any Converter]
        }
        return try await flags.produce(
            converters, from: source, writesIndex: true,
            repositories: RepositoryKind.allCases.filter(repo.contains), events)
    }
}

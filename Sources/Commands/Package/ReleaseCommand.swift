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
            Besides the artifacts it writes SHA256SUMS, which sha256sum -c reads, and index.json; with --package-key
            SHA256SUMS.asc, too, which gpg --verify reads.
            With --repo apt or dnf the folder is one that these install from; docs/deb.md and docs/rpm.md show how.
            Without -k and --from only the artifacts that need no kernel.

            Example: mkdkms release /usr/src/hello-1.5.0 -k all --sign-key mok.key --sign-cert mok.pem -o out
            """)

    @OptionGroup var packages: PackageFlags
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

    var flags: ReleaseFlags { packages.release(hooks, plan) }

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        try packages.tree.demandTarget(of: .deb, .rpm)
        do throws(Diagnostic) {
            try RepositoryKind.check(
                packages.output.folder, chosen: repo, hasKey: packages.packageKey.isGiven)
        } catch {
            throw error.located(at: packages.output.place, ifIts: "in-repository")
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

import ArgumentParser
import Converters
import Diagnostics
import Kernels

/// `mkdkms rpm`: RPM packages.
struct RPMCommand: Verb {
    enum Kind: String, ExpressibleByArgument, CaseIterable { case dkms, kmod, kabi, kmp, source, skeleton }

    static let schemaName = "rpm"
    static let configuration = CommandConfiguration(
        commandName: "rpm",
        abstract: "Write .rpm packages: the source for DKMS, the modules of each kernel, a source package.",
        discussion: """
            Without --kind: dkms, and kmod too when -k or --from is given.

            dkms      n-dkms, built on the user's machine by dkms or mkdkms
            kmod      kmod-n-K for each kernel, and kmod-n-latest, which follows the newest
            kabi      kmod-n for one kernel, which weak-modules links into those of the same ABI (Red Hat)
            kmp       n-kmp-FLAVOUR for each kernel (SUSE)
            source    n-dkms-V-R.src.rpm, for rpmbuild --rebuild
            skeleton  n-dkms.spec to be edited, and its tarball

            Example: mkdkms rpm /usr/src/hello-1.5.0 -k 5.14.0-457.el9.x86_64 -R 1.el9 -o out
            """)

    @OptionGroup var packages: PackageFlags
    @OptionGroup var hooks: HookFlags
    @OptionGroup var plan: PlanFlags
    @OptionGroup var talk: TalkOptions
    @OptionGroup var progress: ProgressOptions

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("What to write (repeatable).", valueName: "dkms|kmod|kabi|kmp|source|skeleton"))
    var kind: [Kind] = []

    var flags: ReleaseFlags { packages.release(hooks, plan) }

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        try packages.tree.demandTarget(of: .rpm)
        if kind.contains(.kabi) { try packages.tree.demandTarget(sharing: .weakModules, by: "kabi") }
        if kind.contains(.kmp) { try packages.tree.demandTarget(sharing: .kmp, by: "kmp") }
        let isPrebuilt = kind.contains { [.kmod, .kabi, .kmp].contains($0) }
        let source =
            isPrebuilt ? try flags.requiredSource() : kind.isEmpty ? try flags.source() : ModuleSource.none
        return try await flags.produce(converters, from: source, events)
    }

    private var converters: [any Converter] {
        guard !kind.isEmpty else { return [RPMDkmsConverter(), RPMKmodConverter()] }
        var converters: [any Converter] = []
        if kind.contains(.dkms) { converters.append(RPMDkmsConverter()) }
        if kind.contains(.kmod) { converters.append(RPMKmodConverter(followsKernels: true)) }
        if kind.contains(.kabi) { converters.append(RPMKabiConverter()) }
        if kind.contains(.kmp) { converters.append(RPMKmpConverter()) }
        var forms: Set<RPMSourceConverter.Form> = []
        if kind.contains(.source) { forms.insert(.package) }
        if kind.contains(.skeleton) { forms.insert(.skeleton) }
        if !forms.isEmpty { converters.append(RPMSourceConverter(forms)) }
        return converters
    }
}

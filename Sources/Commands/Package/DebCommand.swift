import ArgumentParser
import Converters
import Diagnostics
import Kernels

/// `mkdkms deb`: Debian packages.
struct DebCommand: Verb {
    enum Kind: String, ExpressibleByArgument, CaseIterable { case dkms, modules, source, skeleton }

    static let schemaName = "deb"
    static let configuration = CommandConfiguration(
        commandName: "deb",
        abstract: "Write Debian packages: the source for DKMS, the modules of each kernel, a source package.",
        discussion: """
            Without --kind: dkms, and modules too when -k or --from is given.

            dkms      n-dkms, built on the user's machine by dkms or mkdkms
            modules   n-modules-K for each kernel, and n-modules-FLAVOUR, which follows its newest
            source    n_V-R.dsc with its tarballs, for dpkg-buildpackage and sbuild
            skeleton  n-V/ with an editable debian/, and the authors' tarball beside it

            Example: mkdkms deb /usr/src/hello-1.5.0 --kind modules -k 6.1.0-56-amd64 -o out
            """)

    @OptionGroup var packages: PackageFlags
    @OptionGroup var hooks: HookFlags
    @OptionGroup var plan: PlanFlags
    @OptionGroup var talk: TalkOptions
    @OptionGroup var progress: ProgressOptions

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("What to write (repeatable).", valueName: "dkms|modules|source|skeleton"))
    var kind: [Kind] = []

    @Flag(help: "Have n-dkms carry the modules of -k or --from, so that their kernels need no compiler.")
    var withModules = false

    var flags: ReleaseFlags { packages.release(hooks, plan) }

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        try packages.tree.demandTarget(of: .deb)
        guard !withModules || kind.isEmpty || kind.contains(.dkms) else {
            throw .error(
                "no-carrier", "--with-modules is for the package that --kind dkms writes",
                hint: "add --kind dkms, or leave --with-modules out", status: .usage)
        }
        let isPrebuilt = kind.contains(.modules) || withModules
        let source =
            isPrebuilt ? try flags.requiredSource() : kind.isEmpty ? try flags.source() : ModuleSource.none
        var converters: [any Converter] = []
        if kind.isEmpty || kind.contains(.dkms) {
            converters.append(DebDkmsConverter(carriesModules: withModules))
        }
        if kind.isEmpty || kind.contains(.modules) {
            converters.append(DebModulesConverter(followsFlavours: kind.contains(.modules)))
        }
        var forms: Set<DebSourceConverter.Form> = []
        if kind.contains(.source) { forms.insert(.package) }
        if kind.contains(.skeleton) { forms.insert(.folder) }
        if !forms.isEmpty { converters.append(DebSourceConverter(forms)) }
        return try await flags.produce(converters, from: source, events)
    }
}

import ArgumentParser
import Converters
import Diagnostics

/// `mkdkms deb`: Debian packages.
struct DebCommand: Verb {
    enum Kind: String, ExpressibleByArgument, CaseIterable { case dkms, modules }

    static let schemaName = "deb"
    static let configuration = CommandConfiguration(
        commandName: "deb",
        abstract: "Write .deb packages: the source for DKMS, and the modules of each kernel.",
        discussion: """
            Without --kind: dkms, and modules too when -k or --from is given.

            Example: mkdkms deb /usr/src/hello-1.5.0 --kind modules -k 6.1.0-56-amd64 -o out
            """)

    @OptionGroup var flags: ReleaseFlags
    @OptionGroup var talk: TalkOptions

    @Option(
        parsing: .singleValue, help: ArgumentHelp("What to write (repeatable).", valueName: "dkms|modules"))
    var kind: [Kind] = []

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        let isPrebuilt = kind.contains(.modules)
        let source =
            isPrebuilt ? try flags.requiredSource() : kind.isEmpty ? try flags.source() : ModuleSource.none
        var converters: [any Converter] = []
        if kind.isEmpty || kind.contains(.dkms) { converters.append(DebDkmsConverter()) }
        if kind.isEmpty || isPrebuilt { converters.append(DebModulesConverter()) }
        return try await flags.produce(converters, from: source, events)
    }
}

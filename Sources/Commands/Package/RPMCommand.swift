import ArgumentParser
import Converters
import Diagnostics

/// `mkdkms rpm`: RPM packages.
struct RPMCommand: Verb {
    enum Kind: String, ExpressibleByArgument, CaseIterable { case dkms, kmod }

    static let schemaName = "rpm"
    static let configuration = CommandConfiguration(
        commandName: "rpm",
        abstract: "Write .rpm packages: the source for DKMS, and the modules of each kernel.",
        discussion: """
            Without --kind: dkms, and kmod too when -k or --from is given.

            Example: mkdkms rpm /usr/src/hello-1.5.0 -k 5.14.0-457.el9.x86_64 -R 1.el9 -o out
            """)

    @OptionGroup var flags: ReleaseFlags
    @OptionGroup var talk: TalkOptions

    @Option(parsing: .singleValue, help: ArgumentHelp("What to write (repeatable).", valueName: "dkms|kmod"))
    var kind: [Kind] = []

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        let isPrebuilt = kind.contains(.kmod)
        let source =
            isPrebuilt ? try flags.requiredSource() : kind.isEmpty ? try flags.source() : ModuleSource.none
        var converters: [any Converter] = []
        if kind.isEmpty || kind.contains(.dkms) { converters.append(RPMDkmsConverter()) }
        if kind.isEmpty || isPrebuilt { converters.append(RPMKmodConverter()) }
        return try await flags.produce(converters, from: source, events)
    }
}

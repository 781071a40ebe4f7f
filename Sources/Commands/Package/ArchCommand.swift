import ArgumentParser
import Converters
import Diagnostics
import Kernels

/// `mkdkms arch`: a package for pacman, and its PKGBUILD.
struct ArchCommand: Verb {
    static let schemaName = "arch"
    static let configuration = CommandConfiguration(
        commandName: "arch",
        abstract: "Write the source as an Arch Linux package, and its PKGBUILD with the source beside it.",
        discussion: """
            The package needs no makepkg; the PKGBUILD is for whoever wants to edit one.

            Example: mkdkms arch /usr/src/hello-1.5.0 -R 1 -o out
            """)

    @OptionGroup var tree: TreeOptions
    @OptionGroup var output: OutputFlags
    @OptionGroup var archive: ArchiveFlags
    @OptionGroup var metadata: MetadataFlags
    @OptionGroup var templates: TemplateFlags
    @OptionGroup var plan: PlanFlags
    @OptionGroup var talk: TalkOptions
    @OptionGroup var progress: ProgressOptions

    var flags: ReleaseFlags {
        ReleaseFlags(
            tree: tree, output: output, archive: archive, metadata: metadata, templates: templates, plan: plan
        )
    }

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        try tree.demandTarget(of: .pacman)
        return try await flags.produce([ArchConverter()], from: .none, events)
    }
}

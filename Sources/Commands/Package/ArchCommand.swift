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

    @OptionGroup var flags: ReleaseFlags
    @OptionGroup var talk: TalkOptions

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        try flags.tree.demandTarget(of: .pacman)
        try flags.refusePackageKey()
        return try await flags.produce([ArchConverter()], from: .none, events)
    }
}

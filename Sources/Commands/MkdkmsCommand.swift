package import ArgumentParser
import Diagnostics

/// mkdkms's own face: the verbs by which a tree becomes artifacts.
package struct MkdkmsCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "mkdkms",
        abstract: "Turn a DKMS source tree into tarballs, binary bundles, .deb and .rpm packages.",
        discussion: """
            Example: everything a release ships, for the kernel whose headers are installed
              mkdkms release /usr/src/hello-1.5.0 -k 6.1.0-56-amd64 -o out

            Exit codes: 0 done, 1 failed, 64 wrong usage, 77 every kernel excluded by dkms.conf, 130 interrupted.
            """,
        version: "mkdkms \(MkdkmsVersion.text)",
        groupedSubcommands: [
            CommandGroup(
                name: "Packaging",
                subcommands: [
                    TarballCommand.self, BundleCommand.self, DebCommand.self, RPMCommand.self,
                    ReleaseCommand.self,
                    ModulesCommand.self,
                ]),
            CommandGroup(name: "Keys and signatures", subcommands: [SignCommand.self, KeyCommand.self]),
            CommandGroup(name: "Inspecting", subcommands: [InspectCommand.self, ConfCommand.self]),
        ])

    package init() {}
}

/// The version of this program.
package enum MkdkmsVersion {
    package static let text = "0.1.0"
}

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

            The engine's verbs work on the dkms tree as dkms does, with its options, words and exit codes:
              add build unbuild install uninstall remove status autoinstall match mktarball ldtarball generate_mok
              kernel_preinst kernel_postinst kernel_prerm; mkdkms status --help lists their options.

            SOURCE_DATE_EPOCH is the time of everything in artifacts, else the changelog's date of the version, else that of the newest file.

            Exit codes: 0 done, 1 failed, 2 findings of doctor or lint, 64 wrong usage, 77 every kernel excluded by dkms.conf, 130 interrupted.
            """,
        version: "mkdkms \(MkdkmsVersion.text)",
        groupedSubcommands: [
            CommandGroup(
                name: "Packaging",
                subcommands: [
                    TarballCommand.self, BundleCommand.self, DebCommand.self, RPMCommand.self,
                    ArchCommand.self, AlpineCommand.self, DriverDiskCommand.self, ReleaseCommand.self,
                    ModulesCommand.self, InitCommand.self,
                ]),
            CommandGroup(name: "Keys and signatures", subcommands: [SignCommand.self, KeyCommand.self]),
            CommandGroup(
                name: "Inspecting",
                subcommands: [
                    InspectCommand.self, ConfCommand.self, DoctorCommand.self, LintCommand.self,
                    TemplatesCommand.self,
                ]),
        ])

    package init() {}
}

/// The version of this program.
package enum MkdkmsVersion {
    package static let text = "0.1.0"
}

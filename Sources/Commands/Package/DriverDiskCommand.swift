import ArgumentParser
import Converters
import Diagnostics
import Inputs

/// `mkdkms driverdisk`: a driver update disk.
struct DriverDiskCommand: Verb {
    static let schemaName = "driverdisk"
    static let configuration = CommandConfiguration(
        commandName: "driverdisk",
        abstract:
            "Write a driver update disk (OEMDRV) with the modules of each kernel, for Red Hat's installer.",
        discussion: """
            Needs createrepo_c. The disk holds the kmod packages that mkdkms rpm writes.

            Example: mkdkms driverdisk /usr/src/hello-1.5.0 -k 5.14.0-457.el9.x86_64 --target el:9 -o out
            """)

    @OptionGroup var flags: ReleaseFlags
    @OptionGroup var talk: TalkOptions

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        let source = try flags.requiredSource()
        let loaded = try await flags.tree.load(events)
        let result = try await DriverDisk(try flags.production(loaded, source, events)).make()
        _ = consume loaded
        return flags.report(result)
    }
}

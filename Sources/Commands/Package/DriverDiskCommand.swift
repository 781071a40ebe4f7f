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

    @OptionGroup var packages: PackageFlags
    @OptionGroup var plan: PlanFlags
    @OptionGroup var talk: TalkOptions
    @OptionGroup var progress: ProgressOptions

    var flags: ReleaseFlags { packages.release(nil, plan) }

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        let source = try flags.requiredSource()
        let loaded = try await packages.tree.load(events)
        let result: ProductionResult
        do throws(Diagnostic) {
            result = try await DriverDisk(try flags.production(loaded, source, events)).make()
        } catch {
            throw error.located(at: packages.tree.targetPlace, ifIts: "bad-target")
        }
        _ = consume loaded
        return flags.report(result)
    }
}

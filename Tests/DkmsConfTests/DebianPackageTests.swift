import DkmsConf
import Streams
import SystemPackage
import Testing
import Tools

/// Fetches a package into `folder` and returns the dkms.conf in it; nil where it can't be had.
private func fetchedConf(_ package: String, in folder: FilePath) async -> FilePath? {
    let download = Program("apt-get", ["download", "-q", package], folder: folder)
    guard (try? await download.capture())?.status == 0,
        let deb = try? Files.names(in: folder).first(where: { $0.hasSuffix(".deb") })
    else { return nil }
    let root = folder.appending("root")
    let unpack = Program("dpkg-deb", ["-x", deb, root.string], folder: folder)
    guard (try? await unpack.capture())?.status == 0,
        let tree = try? Files.names(in: root.pushing("usr/src")).first
    else { return nil }
    return root.pushing("usr/src").appending(tree).appending("dkms.conf")
}

/// Whether the packages can be had at all, asked of one of them without fetching it.
@Sendable private func packagesAreReachable() async -> Bool {
    let policy = Program("apt-get", ["download", "-q", "--print-uris", "acpi-call-dkms"])
    guard (try? await policy.capture())?.status == 0, let folder = try? TemporaryFolder("apt-probe") else {
        return false
    }
    let conf = await fetchedConf("acpi-call-dkms", in: folder.path)
    _ = folder.path
    return conf != nil
}

/// Files that Debian ships: what real authors write.
@Suite(.enabled("apt-get download reaches no packages here") { await packagesAreReachable() })
struct DebianPackageTests {
    @Test(
        arguments: [
            ("v4l2loopback-dkms", ["v4l2loopback"]), ("acpi-call-dkms", ["acpi_call"]),
            ("openrazer-driver-dkms", ["razerkbd", "razermouse", "razerkraken", "razeraccessory"]),
        ])
    func evaluates(_ package: String, _ modules: [String]) async throws {
        let folder = try TemporaryFolder("apt")
        let file = try #require(await fetchedConf(package, in: folder.path))
        let conf = try await ConfEvaluator.evaluate(conf: file, in: .amd64)
        _ = folder.path
        #expect(conf.modules.map(\.builtName) == modules)
        #expect(
            "\(conf.packageName)-\(conf.packageVersion)" == file.removingLastComponent().lastComponent?.string
        )
        #expect(conf.autoinstall)
        #expect(conf.modules.allSatisfy { $0.destLocation.hasPrefix("/") })
    }
}

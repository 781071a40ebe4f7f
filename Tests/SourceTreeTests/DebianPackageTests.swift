import Archive
import Diagnostics
import DkmsConf
import Inputs
import SourceTree
import Streams
import SystemPackage
import Testing
import Tools

/// Fetches a package into `folder`; nil where it can't be had.
private func fetched(_ package: String, in folder: FilePath) async -> FilePath? {
    let download = Program("apt-get", ["download", "-q", package], folder: folder)
    guard (try? await download.capture())?.status == 0,
        let name = try? Files.names(in: folder).first(where: { $0.hasSuffix(".deb") })
    else { return nil }
    return folder.appending(name)
}

@Sendable private func packagesAreReachable() async -> Bool {
    guard let folder = try? TemporaryFolder("apt-probe") else { return false }
    let deb = await fetched("acpi-call-dkms", in: folder.path)
    _ = folder.path
    return deb != nil
}

@Suite(.enabled("apt-get download reaches no packages here") { await packagesAreReachable() })
struct DebianPackageTests {
    @Test(arguments: ["v4l2loopback-dkms", "acpi-call-dkms", "openrazer-driver-dkms"])
    func loads(_ package: String) async throws {
        let folder = try TemporaryFolder("apt")
        let deb = try #require(await fetched(package, in: folder.path))
        let loaded = try LoadedTree(deb.string)
        #expect(loaded.kind == .deb)
        #expect(loaded.metadata?.packageName == package)
        #expect(loaded.metadata?.maintainer?.contains("@") == true)
        #expect(loaded.metadata?.summary?.isEmpty == false)
        #expect(loaded.metadata?.description?.hasPrefix(" ") == false)
        #expect(loaded.metadata?.homepage?.hasPrefix("http") == true)
        let conf = try await loaded.tree.evaluate(
            in: ConfContext(kernelRelease: "6.1.0-56-amd64", arch: "x86_64"))
        #expect(try loaded.tree.identity(conf).folderName == loaded.tree.folderName)
        #expect(loaded.tree.files[path: "dkms.conf"] != nil && loaded.tree.files[path: "Makefile"] != nil)
        #expect(loaded.tree.leftovers.isEmpty)

        let bytes = try Files.read(deb)
        let cut = folder.path.appending("cut.deb")
        try Files.write(Array(bytes.prefix(bytes.count / 2)), to: cut)
        #expect { _ = try LoadedTree(cut.string) } throws: { ($0 as? Diagnostic)?.code == "bad-deb" }
        _ = folder.path
    }
}

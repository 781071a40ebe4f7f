import Archive
import Diagnostics
import Kernels
import ScratchFolder
import Settings
import Testing

@testable import Converters

/// Files beside the module that cannot all be where they are to be.
@Suite struct CommonFilesTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func file(_ destination: String, _ line: Int, _ role: PayloadFile.Role = .plain) -> PayloadFile {
        var file = PayloadFile(role: role, content: .text("x\n"), name: "x.conf", destination: destination)
        file.place = .init(file: "mkdkms.yaml", line: line)
        return file
    }

    private func fault(_ files: PayloadFile..., target: Distribution? = nil) async throws -> Diagnostic {
        var release = try await sampleRelease(in: scratch.path, settings: .sample(target: target))
        release.project.files = files
        return try #require(throws: Diagnostic.self) { try DebCommonConverter().plan(release) }
    }

    @Test func twoOfOnePlace() async throws {
        let fault = try await fault(file("etc/a", 3), file("etc/b", 4), file("etc/a", 5))
        #expect(fault.code == "same-destination")
        #expect(fault.message == "/etc/a has a file already, that of line 3")
        #expect(fault.location == .init(file: "mkdkms.yaml", line: 5))
    }

    /// Which only the target says.
    @Test func twoPlacesThatAreOne() async throws {
        let fault = try await fault(
            file("lib/a", 3), file("usr/lib/a", 4), target: Distribution(.debian, "13"))
        #expect(fault.message == "/usr/lib/a has a file already, that of line 3")
    }

    /// Debian 12 has merged them too, whatever its packages say.
    @Test func twoPlacesThatTheSystemMakesOne() async throws {
        let fault = try await fault(
            file("lib/a", 3), file("usr/lib/a", 4), file("lib/b", 5), file("usr/lib/b/c", 6),
            target: Distribution(.debian, "12"))
        #expect(fault.related.map(\.location?.line) == [4, 6])
    }

    @Test func aFileWhereAnotherNeedsAFolder() async throws {
        let fault = try await fault(
            file("etc/a/b/c", 3), file("etc/a", 4), file("etc/d", 5), file("etc/d", 6))
        #expect(fault.code == "same-destination")
        #expect(
            fault.related.map(\.message) == [
                "/etc/d has a file already, that of line 5",
                "/etc/a/b/c needs a folder where /etc/a is a file, that of line 4",
            ])
        #expect(fault.related.map(\.location?.line) == [6, 3])
    }

    /// What other packages of the release have, or a kernel's.
    @Test(arguments: [
        "usr/src/hello-1.5.0", "usr/src", "usr", "usr/lib/modules", "lib/modules", "usr/lib", "lib",
        "usr/share/doc/hello-dkms", "usr/share/doc/hello-dkms/copyright",
        "usr/share/doc/hello-dkms/copyright/x", "usr/share/doc/hello-dkms/changelog.Debian.gz",
        "usr/share/lintian/overrides/hello-dkms",
    ])
    func aPlaceThatIsTaken(_ place: String) async throws {
        let fault = try await fault(file(place, 4))
        #expect(fault.code == "bad-destination" && fault.location?.line == 4)
        #expect(fault.message.hasPrefix("/\(place) "))
    }

    /// What is no package's, and what others rely on.
    @Test(arguments: [
        "boot/hello.img", "boot", "dev/hello", "home/hello/x", "media/x", "mnt/x", "proc/x", "root/.bashrc",
        "run/hello/x",
        "srv/x", "sys/x", "tmp/x", "usr/lib/sysimage/rpm/x", "usr/local", "usr/local/bin/hello", "var",
        "var/lib", "var/lib/dkms/other/1.0/source", "var/lib/dpkg/info/x.postinst", "var/lib/rpm/x",
        "var/lock/x",
        "var/run/x", "var/tmp/x", "usr/src/other-1.0/dkms.conf",
        "usr/src/linux-headers-6.1.0-1-amd64/Makefile",
        "usr/src/hello-1.5.1/x", "usr/src/hello-git/dkms.conf", "usr/src/kernels/6.1/x", "hello.conf",
    ])
    func aPlaceThatIsNoPackages(_ place: String) async throws {
        let fault = try await fault(file(place, 4))
        #expect(fault.code == "bad-destination" && fault.location?.line == 4)
        #expect(fault.message.hasPrefix("/\(place) "))
    }

    @Test func namesThatBeginAlikeAreOthers() async throws {
        var release = try await sampleRelease(in: scratch.path)
        release.project.files = [
            "bootstrap/x", "usr/localized", "var/lib/dkms-hello/x", "usr/src/hello-1.5.0/notes/x",
            "usr/src/hello-data/x",
            "usr/src/hello.tar",
            "opt/hello/x", "var/lib/hello/x", "usr/lib/hello/x",
        ].enumerated().map { file($1, $0) }
        #expect(code { try DebCommonConverter().plan(release) } == nil)
    }

    /// The tree's own documents, where a .rpm has them.
    @Test func aPlaceThatIsTakenInAnRPM() async throws {
        var release = try await sampleRelease(in: scratch.path)
        release.project.files = [file("usr/share/doc/hello-dkms/notes", 4)]
        #expect(code { try RPMCommonConverter().plan(release) } == nil)
        for place in ["usr/src", "usr/share/doc/hello-dkms/README.md"] {
            release.project.files = [file(place, 4)]
            #expect(code { try RPMCommonConverter().plan(release) } == "bad-destination")
        }
        // One whose name begins alike is another one.
        release.project.files = [file("usr/src/hello-1.5.0.conf", 4), file("usr/lib/modules.conf", 5)]
        #expect(code { try RPMCommonConverter().plan(release) } == nil)
    }

    @Test func otherFaultsHaveTheirLineToo() async throws {
        let source = try await fault(file("usr/src/hello-1.5.0/dkms.conf", 7))
        #expect(source.code == "bad-destination" && source.location?.line == 7)
        for place in ["lib/modules/6.1.0-1-amd64/updates/hello.ko", "usr/lib/modules/6.1.0-1-amd64/x"] {
            let module = try await fault(file(place, 9))
            #expect(module.code == "bad-destination" && module.location?.line == 9)
        }
        var nowhere = file("etc/a", 8, .config)
        nowhere.destination = nil
        let missing = try await fault(nowhere)
        #expect(missing.code == "no-destination" && missing.location?.line == 8)
    }
}

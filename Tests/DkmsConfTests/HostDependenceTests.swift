import Diagnostics
import DkmsConf
import ScratchFolder
import Streams
import SystemPackage
import Testing
import Tools

/// Whether this machine lets us make mount namespaces.
@Sendable private func namespacesAreAllowed() async -> Bool {
    let programs = [
        Program("unshare", ["--mount", "true"]), Program("unshare", ["--mount", "--map-root-user", "true"]),
    ]
    for program in programs where (try? await program.capture())?.status == 0 { return true }
    return false
}

@Suite struct HostDependenceTests {
    private static let conf = fixtures.appending("os-dependent-1.0").appending("dkms.conf")

    private static let systems: [String: [String: String]] = [
        "uos": [
            "os-release": "PRETTY_NAME=\"UnionTech OS Desktop\"\nNAME=uos\nID=uos\nVERSION_ID=\"20\"\n",
            "os-version": "[Version]\nSystemName=UOS Desktop\nEditionName=d\nMajorVersion=20\n",
        ],
        "uos-server": ["os-release": "ID=uos\n", "os-version": "[Version]\nEditionName=a\n"],
        "openeuler": ["os-release": "NAME=\"openEuler\"\nID=\"openEuler\"\nVERSION_ID=\"22.03\"\n"],
        "debian": ["os-release": "ID=debian\nVERSION_ID=\"12\"\n", "debian_version": "12.0\n"],
    ]

    private func context(_ system: String) throws -> ConfContext {
        var context = ConfContext.amd64
        context.etcFiles = try #require(Self.systems[system]).mapValues { Array($0.utf8) }
        return context
    }

    @Test(
        .enabled("mount namespaces are not allowed here") { await namespacesAreAllowed() },
        arguments: [
            ("uos", "/updates/dkms"), ("uos-server", "/extra"), ("openeuler", "/extra"),
            ("debian", "/updates"),
        ])
    func destination(_ system: String, _ expected: String) async throws {
        let conf = try await ConfEvaluator.evaluate(conf: Self.conf, in: try context(system))
        #expect(conf.modules.map(\.destLocation) == [expected])
        #expect(conf.readsHostFiles == ["/etc/os-release", "/etc/os-version"])
        #expect(conf.warnings.isEmpty)
    }

    @Test(.enabled("mount namespaces are not allowed here") { await namespacesAreAllowed() })
    func nothingOfTheHostShinesThrough() async throws {
        let text =
            sound + """
                shopt -s nullglob dotglob
                found=(/etc/*release* /etc/*version /etc/issue* /etc/.ky*)
                MAKE="${found[*]}|$(cat /etc/os-release /usr/lib/os-release)|$(stat -c %F /etc/passwd /etc/mtab)"
                MAKE="$MAKE|$(wc -l < /etc/passwd)"

                """
        let conf = try await evaluate(text, in: try context("openeuler"))
        let parts = try #require(conf.makeCommand).split(separator: "|", omittingEmptySubsequences: false)
        #expect(parts[0] == "/etc/os-release")
        let release = try #require(Self.systems["openeuler"]?["os-release"]).dropLast()
        #expect(parts[1] == "\(release)\n\(release)")
        #expect(parts[2] == "symbolic link\nsymbolic link")
        #expect((Int(parts[3]) ?? 0) > 0)
    }

    @Test(.enabled("mount namespaces are not allowed here") { await namespacesAreAllowed() })
    func theHostKeepsItsFiles() async throws {
        let before = try Files.names(in: "/etc")
        _ = try await evaluate(sound + "echo ID=overwritten > /etc/os-release\n", in: try context("uos"))
        #expect(try Files.names(in: "/etc") == before)
        #expect(try !Files.readText("/etc/os-release").contains("overwritten"))
    }

    @Test(.enabled("mount namespaces are not allowed here") { await namespacesAreAllowed() })
    func faultsAreReportedFromWithin() async throws {
        let fault = try #require(await fault(sound + "exit 4\n", in: try context("uos")))
        #expect(fault.related.map(\.code) == ["conf-exit"])
    }

    @Test(.enabled("mount namespaces are allowed here") { await !namespacesAreAllowed() })
    func refusalWithoutNamespaces() async throws {
        let fault = try #require(await fault(sound, in: try context("uos")))
        #expect(fault.code == "no-namespaces")
        #expect(fault.message.contains("unshare"))
    }

    @Test func withoutTargetTheHostIsRead() async throws {
        let conf = try await evaluate(sound + ". /etc/os-release\nMAKE=\"make OS=$ID\"\n")
        #expect(conf.readsHostFiles == ["/etc/os-release"])
        #expect(conf.makeCommand != "make OS=")
    }

    @Test(
        arguments: [
            ("[ -f /etc/redhat-release ]", ["/etc/redhat-release"]),
            ("cat /etc/*-release", ["/etc/*-release"]),
            (". \"/usr/lib/os-release\"", ["/usr/lib/os-release"]),
            ("os=$(lsb_release -is)", ["lsb_release"]), ("grep x </etc/issue", ["/etc/issue"]),
            ("test -e /etc/debian_version", ["/etc/debian_version"]), ("# /etc/os-release", []),
            (". /etc/default/zfs", []),
        ])
    func mentions(_ line: String, _ files: [String]) async throws {
        #expect(try await evaluate("\(sound)\(line) || true\n").readsHostFiles == files)
    }
}

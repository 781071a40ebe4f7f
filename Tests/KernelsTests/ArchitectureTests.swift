import SystemPackage
import Kernels
import Streams
import Testing
import Tools

/// The table of names, against dpkg's and rpm's own tables and this machine's uname.
@Suite struct ArchitectureTests {
    @Test func everyNameMeansOneArchitecture() {
        for architecture in Architecture.allCases {
            for name in [
                architecture.rawValue, architecture.kernelName, architecture.debianName, architecture.rpmName,
            ] {
                #expect(Architecture(named: name) == architecture, "\(name)")
            }
        }
        #expect(Architecture(named: "vax") == nil)
        #expect(Architecture(named: "") == nil)
    }

    @Test(
        .enabled(if: Files.isRegularFile("/usr/share/dpkg/tupletable"), "needs dpkg"),
        arguments: Architecture.allCases)
    func dpkgKnowsItsName(_ architecture: Architecture) async throws {
        let outcome = try await Program(
            "sh", ["-c", "dpkg-architecture -L || { cut -f 1 /usr/share/dpkg/cputable; echo armhf; }"]
        ).capture()
        let known = String(decoding: outcome.output, as: UTF8.self).split(whereSeparator: \.isNewline)
        #expect(known.contains(Substring(architecture.debianName)))
    }

    @Test(
        .enabled(if: Files.isRegularFile("/usr/lib/rpm/rpmrc"), "needs rpm"), arguments: Architecture.allCases
    )
    func rpmKnowsItsName(_ architecture: Architecture) throws {
        let names = try Files.readText("/usr/lib/rpm/rpmrc").matches(of: /arch_canon:\s*([^:\s]+):/).map {
            String($0.1)
        }
        #expect(names.contains(architecture.rpmName))
    }

    @Test func theHostIsThisMachine() async throws {
        let outcome = try await Program("uname", ["-m"]).capture()
        #expect(String(decoding: outcome.output, as: UTF8.self) == "\(Architecture.host.kernelName)\n")
    }

    @Test(
        arguments: [
            ("CONFIG_X86_64=y\nCONFIG_X86=y\n", Architecture.x86_64), ("CONFIG_X86_32=y\n", .i386),
            ("CONFIG_ARM64=y\n", .aarch64), ("CONFIG_ARM=y\n", .armv7l), ("CONFIG_S390=y\n", .s390x),
            ("CONFIG_LOONGARCH=y\n", .loongarch64),
        ])
    func isToldByTheConfiguration(_ text: String, _ expected: Architecture) {
        #expect(Architecture(of: KernelConfig(parsing: text)) == expected)
    }

    @Test func anUnknownConfigurationTellsNone() {
        #expect(Architecture(of: KernelConfig(parsing: "CONFIG_ALPHA=y\nCONFIG_X86_64=n\n")) == nil)
    }
}

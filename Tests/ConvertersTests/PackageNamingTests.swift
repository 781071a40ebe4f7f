import Converters
import Diagnostics
import ScratchFolder
import Testing
import Tools

/// The rules of names and versions, judged by the programs that sort and refuse them.
@Suite struct PackageNamingTests {
    private func version(_ text: String) throws -> String {
        try PackageNaming(name: "hello", version: text, revision: "1").version
    }

    @Test(
        arguments: [
            ("1.5.0", "1.5.0"), ("v1.5.0", "1.5.0"), ("1.5.0_rc1", "1.5.0~rc1"), ("1.5.0-rc1", "1.5.0~rc1"),
            ("1.5.0rc1", "1.5.0~rc1"), ("1.5.0.beta2", "1.5.0~beta2"), ("1.5.0-alpha3", "1.5.0~alpha3"),
            ("1.5-pre4", "1.5~pre4"), ("1.5.0-2", "1.5.0+2"), ("2021_03_04", "2021+03+04"),
            ("1.5.0-rc", "1.5.0~rc"), ("1.5.0-rc.1", "1.5.0~rc1"), ("1.5.0-RC1", "1.5.0~rc1"),
            ("1.5.0-dev1", "1.5.0~dev1"), ("2.0-src3", "2.0+src3"), ("1.5~rc1", "1.5~rc1"),
            ("5.15.90-wsl", "5.15.90+wsl"),
            ("1.0+git3", "1.0+git3"),
        ])
    func versionsBecome(_ given: String, _ expected: String) throws {
        #expect(try version(given) == expected)
    }

    @Test(arguments: ["", "v", "version1", "1:2", "1.0 beta", "main", "1.0/2", "1.0\n", "-1", "1.0$x"])
    func versionsThatNoPackageCarries(_ given: String) {
        #expect(code { try version(given) } == "bad-package-version")
    }

    /// Each older than the next, as authors mean them.
    static let ascending = [
        [
            "1.4.9", "1.5.0-alpha1", "1.5.0_beta1", "1.5.0-rc1", "v1.5.0_rc2", "1.5.0-rc10", "1.5.0",
            "1.5.0-1", "v1.5.1",
        ],
        ["1.9", "1.10", "2.0pre1", "2.0"],
    ]

    @Test(arguments: ascending)
    func dpkgSortsThemAsMeant(_ versions: [String]) async throws {
        for (older, newer) in zip(versions, versions.dropFirst()) {
            let outcome = try await Program(
                "dpkg", ["--compare-versions", "\(try version(older))-1", "lt", "\(try version(newer))-1"]
            ).capture()
            #expect(outcome.status == 0, "\(older) < \(newer)")
            #expect(outcome.errorOutput.isEmpty)
        }
    }

    @Test(.enabled(if: isInstalled("rpm"), "needs rpm"), arguments: ascending)
    func rpmSortsThemAsMeant(_ versions: [String]) async throws {
        for (older, newer) in zip(versions, versions.dropFirst()) {
            let outcome = try await Program(
                "rpm",
                [
                    "--eval",
                    "%{lua: print(rpm.vercmp(\"\(try version(older))\", \"\(try version(newer))\"))}",
                ]
            ).capture()
            #expect(String(decoding: outcome.output, as: UTF8.self) == "-1\n", "\(older) < \(newer)")
        }
    }

    @Test(
        arguments: [
            ("hello", "hello"), ("Hello_World", "hello-world"), ("v4l2loopback", "v4l2loopback"),
            ("two-modules", "two-modules"), ("c++.mod", "c++.mod"),
        ])
    func namesBecome(_ given: String, _ expected: String) throws {
        #expect(try PackageNaming(name: given, version: "1", revision: "1").name == expected)
    }

    @Test(arguments: ["", "a", "-x", "_x", "hello world", "a/b", "é", "a\nb", "hello!"])
    func namesThatNoPackageCarries(_ given: String) {
        #expect(code { try PackageNaming(name: given, version: "1", revision: "1") } == "bad-package-name")
    }

    @Test(arguments: ["", "-1", "1-1", "1 2", "1/2", "~1"])
    func revisionsThatNoPackageCarries(_ given: String) {
        #expect(code { try PackageNaming(name: "hello", version: "1", revision: given) } == "bad-revision")
    }

    @Test func aRevisionMayNameItsDistribution() throws {
        #expect(try PackageNaming(name: "hello", version: "v1.5.0", revision: "1.el9").full == "1.5.0-1.el9")
    }

    @Test(
        arguments: [
            ("6.1.0-56-amd64", "6.1.0-56-amd64", "6.1.0-56-amd64"),
            (
                "6.11.4-301.fc41.aarch64+64k", "6.11.4-301.fc41.aarch64+64k", "6.11.4-301.fc41.aarch64+64k"
            ),
            ("5.14.0-503.el9.x86_64+rt", "5.14.0-503.el9.x86-64+rt", "5.14.0-503.el9.x86_64+rt"),
            (
                "5.15.90.1-microsoft-standard-WSL2", "5.15.90.1-microsoft-standard-wsl2",
                "5.15.90.1-microsoft-standard-WSL2"
            ),
            ("6.10~rc7-amd64", "6.10~rc7-amd64", "6.10-rc7-amd64"),
        ])
    func kernelsInNames(_ release: String, _ debian: String, _ rpm: String) {
        #expect(PackageNaming.debianKernel(release) == debian)
        #expect(PackageNaming.rpmKernel(release) == rpm)
    }
}

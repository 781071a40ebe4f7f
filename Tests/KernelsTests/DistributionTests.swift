import Compression
import Diagnostics
import Kernels
import ScratchFolder
import Streams
import SystemPackage
import Testing
import Tools

@Suite struct DistributionTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Every form that interface.md lists.
    static let listed = [
        "debian:12", "debian:13", "ubuntu:24.04", "el:8", "el:9", "el:10", "fedora:41", "sles:15",
        "opensuse:15",
        "openeuler:22.03", "kylin:v10", "uos:20", "anolis:8", "arch", "alpine",
    ]

    /// Others that there are.
    static let known = [
        "debian:11", "debian:14", "ubuntu:20.04", "ubuntu:24.10", "ubuntu:26.04", "fedora:99", "sles:15.6",
        "sles:16",
        "opensuse:15.6", "opensuse:16", "opensuse:tumbleweed", "openeuler:20.03", "openeuler:24.09",
        "kylin:v11",
        "uos:25", "anolis:7", "anolis:23", "alpine:3.22",
    ]

    @Test(arguments: [
        ("debian:10", "predates"), ("debian:11", "isBuiltWithout"), ("debian:12", "reads"),
        ("ubuntu:20.04", "predates"),
        ("ubuntu:22.04", "reads"), ("el:8", "predates"), ("el:9", "reads"), ("el:10", "reads"),
        ("anolis:8", "predates"),
        ("anolis:23", "reads"), ("kylin:v10", "predates"), ("uos:20", "predates"),
        ("openeuler:22.03", "reads"),
        ("opensuse:tumbleweed", "reads"), ("fedora:41", "reads"), ("arch", "reads"),
    ])
    func kmodReadsZstdSince28(target: String, expected: String) throws {
        let target = try #require(Distribution(recorded: target))
        #expect("\(target.readability(of: .zst))" == expected)
        #expect(target.readability(of: .xz) == .reads)
        let hasZlib = target.name != .debian && target.name != .ubuntu
        #expect(target.readability(of: .gz) == (hasZlib ? .reads : .isBuiltWithout))
    }

    @Test func aTargetOfOtherPackagesIsRefused() throws {
        try Distribution(.el, "9").demand([.rpm])
        try Distribution(.uos, "20").demand([.deb])
        let fault = #expect(throws: Diagnostic.self) { try Distribution(.debian, "12").demand([.rpm]) }
        #expect(fault?.code == "bad-target")
        #expect(fault?.status == .usage)
        #expect(fault?.hint?.contains("el:9") == true)
        #expect(fault?.hint?.contains("debian") == false)
        try Distribution(.debian, "12").demand([.deb, .rpm])
        let both = #expect(throws: Diagnostic.self) { try Distribution(.arch, "").demand([.deb, .rpm]) }
        #expect(both?.message.contains("no .deb or .rpm packages") == true)
        #expect(both?.hint?.contains("debian:13") == true && both?.hint?.contains("el:9") == true)
    }

    @Test(arguments: [
        ("sles:15", "kmp"), ("opensuse:tumbleweed", "kmp"), ("el:9", "kabi"), ("kylin:v10", "kabi"),
    ])
    func modulesAreSharedInOneWay(_ target: String, _ kind: String) throws {
        let own: Distribution.SharedModules = kind == "kmp" ? .kmp : .weakModules
        let other: Distribution.SharedModules = kind == "kmp" ? .weakModules : .kmp
        let distribution = try Distribution(parsing: target)
        try distribution.demand(own, for: kind)
        let fault = #expect(throws: Diagnostic.self) { try distribution.demand(other, for: "x") }
        #expect(fault?.code == "bad-target")
        #expect(fault?.status == .usage)
        #expect(fault?.hint?.contains("--kind \(kind)") == true)
        #expect(throws: Diagnostic.self) { try Distribution(.ubuntu, "24.04").demand(own, for: kind) }
    }

    @Test(arguments: listed + known)
    func parsesWhatItPrints(_ text: String) throws {
        #expect(try Distribution(parsing: text).description == text)
    }

    @Test(
        arguments: [
            "", ":", "debian", "debian:", "gentoo:1", "debian:12:1", "debian:12/../x", "debian:1 2",
            "ubuntu:24\n",
            "el:9\"", "debian:१२",
            "debian:99", "debian:10", "debian:12.5", "ubuntu:18.04", "ubuntu:24.05", "ubuntu:24",
            "ubuntu:024.04",
            "el:7", "el:9.4", "el:11", "fedora:", "fedora:rawhide", "fedora:041", "sles:12", "sles:15.",
            "sles:15.SP6",
            "opensuse:leap", "openeuler:22", "openeuler:22.3", "kylin:10", "kylin:V10", "uos:21", "anolis:9",
            "arch:1",
            "alpine:3",
        ])
    func refusesWhatIsNone(_ text: String) {
        let fault = #expect(throws: Diagnostic.self) { try Distribution(parsing: text) }
        #expect(fault?.code == "unknown-target")
        #expect(fault?.status == .usage)
        for name in Self.listed where !name.hasPrefix("fedora") {
            #expect(fault?.hint?.contains(name) == true)
        }
    }

    /// What a kernel was built for is a record, not a wish.
    @Test func aRecordMayNameAnyRelease() {
        var facts = KernelFacts(release: "3.10.0-1160.el7.x86_64", arch: "x86_64")
        facts.distribution = "el:7"
        #expect(facts.target?.description == "el:7")
        facts.distribution = "gentoo:1"
        #expect(facts.target == nil)
    }

    @Test func tumbleweedHasNoNumber() throws {
        let file = try #require(Distribution(parsing: "opensuse:tumbleweed").etcFiles["os-release"])
        let text = String(decoding: file, as: UTF8.self)
        #expect(text.contains("ID=\"opensuse-tumbleweed\"\n"))
        #expect(!text.contains("VERSION_ID"))
    }

    /// Releases as their distributions give them, with the compilers that built them.
    @Test(
        arguments: [
            ("6.1.0-56-amd64", "gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0", "debian:12"),
            ("5.10.0-32-amd64", "gcc-10 (Debian 10.2.1-6) 10.2.1 20210110", "debian:11"),
            ("6.12.43+deb13-amd64", "x86_64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0", "debian:13"),
            ("6.8.0-45-generic", "x86_64-linux-gnu-gcc-13 (Ubuntu 13.2.0-23ubuntu4) 13.2.0", "ubuntu:24.04"),
            ("5.15.0-122-generic", "gcc (Ubuntu 11.4.0-1ubuntu1~22.04) 11.4.0", nil),
            ("5.14.0-503.11.1.el9_5.x86_64", "gcc (GCC) 11.5.0 20240719 (Red Hat 11.5.0-2)", "el:9"),
            ("4.18.0-553.el8_10.x86_64", "gcc (GCC) 8.5.0", "el:8"),
            ("6.12.0-55.9.1.el10_0.x86_64", "", "el:10"),
            ("6.11.4-301.fc41.x86_64", "gcc (GCC) 14.2.1", "fedora:41"),
            ("5.10.0-60.18.0.50.oe2203.x86_64", "gcc_old (GCC) 10.3.1", "openeuler:22.03"),
            ("4.19.90-52.22.v2207.ky10.x86_64", "gcc version 7.3.0", "kylin:v10"),
            ("4.19.0-amd64-desktop", "gcc (Uos 8.3.0.3-3+rebuild)", "uos:20"),
            ("5.10.134-16.2.an8.x86_64", "", "anolis:8"), ("6.11.2-arch1-1", "gcc (GCC) 14.2.1", "arch"),
            ("5.15.90.1-microsoft-standard-WSL2", "gcc (GCC) 11.2.0", nil), ("6.1.0", "", nil), ("", "", nil),
        ] as [(String, String, String?)])
    func isToldByReleaseAndCompiler(_ release: String, _ compiler: String, _ expected: String?) {
        #expect(Distribution(kernelRelease: release, compiler: compiler)?.description == expected)
    }

    /// A shell reads the os-release the way that every dkms.conf does.
    @Test(arguments: listed)
    func itsOSReleaseIsRightForTheShell(_ text: String) async throws {
        let distribution = try Distribution(parsing: text)
        let file = scratch.path.appending("os-release")
        try Files.write(try #require(distribution.etcFiles["os-release"]), to: file)
        let outcome = try await Program(
            "sh", ["-euc", ". \"$1\"; printf '%s|%s' \"$ID\" \"${VERSION_ID-}\"", "sh", file.string]
        ).capture()
        #expect(outcome.errorOutput.isEmpty)
        let ids = ["el": "rhel", "opensuse": "opensuse-leap", "openeuler": "openEuler"]
        let id = ids[distribution.name.rawValue] ?? distribution.name.rawValue
        #expect(String(decoding: outcome.output, as: UTF8.self) == "\(id)|\(distribution.version)")
    }

    @Test(
        arguments: [
            ("debian:12", false, "none", "lib/modules"), ("debian:13", false, "xz", "usr/lib/modules"),
            ("ubuntu:22.04", false, "none", "lib/modules"), ("ubuntu:24.04", false, "zst", "usr/lib/modules"),
            ("el:9", true, "xz", "lib/modules"), ("alpine", false, "gz", "lib/modules"),
            ("sles:15", true, "zst", "lib/modules"), ("uos:20", false, "none", "lib/modules"),
        ])
    func hasItsRules(_ text: String, _ usesRPM: Bool, _ compression: String, _ prefix: String) throws {
        let distribution = try Distribution(parsing: text)
        #expect(distribution.usesRPM == usesRPM)
        #expect(distribution.moduleCompression.rawValue == compression)
        #expect(distribution.modulesPrefix == prefix)
    }
}

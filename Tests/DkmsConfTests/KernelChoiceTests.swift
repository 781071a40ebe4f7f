import Diagnostics
import DkmsConf
import ScratchFolder
import Testing

@Suite struct KernelChoiceTests {
    @Test(
        arguments: [
            ("2.6.32-754.el6", "make old"), ("6.1.0-56-amd64", "make debian"), ("5.14.0-457.el9", "make any"),
            ("6.1.0-amd64-rt", "make rt"),
        ])
    func make(_ release: String, _ expected: String) async throws {
        let text = """
            \(sound)MAKE[0]="make any"
            MAKE[1]="make old"
            MAKE_MATCH[1]="^2\\."
            MAKE[4]="make debian"
            MAKE_MATCH[4]="-(amd64|arm64)$|amd64-rt"
            MAKE[9]="make rt"
            MAKE_MATCH[9]="-rt[0-9]*$"

            """
        #expect(try await evaluate(text, in: .kernel(release)).makeCommand == expected)
    }

    @Test func makeMatchThatDoesNotFitLeavesTheDefault() async throws {
        let conf = try await evaluate(sound + "MAKE[0]=never\nMAKE_MATCH[0]=^2\n")
        #expect(conf.makeCommand == nil)
        #expect(conf.makeAlternatives.map(\.value) == ["never"])
    }

    @Test func patches() async throws {
        let text = """
            \(sound)PATCH[3]=always
            PATCH[1]=six
            PATCH_MATCH[1]="^6\\."
            PATCH[5]=five
            PATCH_MATCH[5]="^5\\."

            """
        let files = ["patches/always", "patches/six", "patches/five"]
        #expect(
            try await evaluate(text, files: files, in: .kernel("6.1.0")).patches == ["six", "always"])
        #expect(
            try await evaluate(text, files: files, in: .kernel("5.10.0")).patches == ["always", "five"])
    }

    @Test func missingPatchOfAnotherKernelIsAWarning() async throws {
        let conf = try await evaluate(sound + "PATCH[0]=gone\nPATCH_MATCH[0]=^2\n")
        #expect(conf.warnings.map(\.code) == ["patch-missing"])
    }

    @Test(
        arguments: [
            ("4.12", nil, "4.11.9", false), ("4.12", nil, "4.12", true), ("4.12", nil, "4.12-rc1", true),
            ("4.12", nil, "4.9.0", false), ("4.12", nil, "5.0", true), (nil, "4.12", "4.12", true),
            (nil, "4.12", "4.12-rc1", false), (nil, "4.12", "4.12.1", false), (nil, "4.12", "4.9.300", true),
            ("6.1.0-9", "6.1.0-100", "6.1.0-56-amd64", true), (nil, "5.14.0-1000", "5.14.0-999", true),
        ] as [(String?, String?, String, Bool)])
    func bounds(_ min: String?, _ max: String?, _ release: String, _ fits: Bool) {
        let conditions = BuildExclusive(kernelMin: min, kernelMax: max)
        #expect(
            (conditions.obstacle(kernelRelease: release, arch: "x86_64", config: nil) == nil) == fits)
    }

    @Test func config() {
        let conditions = BuildExclusive(config: ["CONFIG_A", "!CONFIG_B"])
        func fits(_ options: [String: String]) -> Bool {
            conditions.obstacle(kernelRelease: "6", arch: "x", config: { options[$0] }) == nil
        }
        #expect(fits(["CONFIG_A": "y"]))
        #expect(fits(["CONFIG_A": "m", "CONFIG_B": "n"]))
        #expect(!fits(["CONFIG_A": "n"]))
        #expect(!fits(["CONFIG_A": "y", "CONFIG_B": "m"]))
        #expect(conditions.obstacle(kernelRelease: "6", arch: "x", config: nil) == nil)
    }

    @Test func exclusion() async throws {
        let conf = try await evaluate(
            """
            PACKAGE_NAME=x
            PACKAGE_VERSION=1
            BUILT_MODULE_NAME[0]=a
            DEST_MODULE_LOCATION[0]=/extra
            BUILT_MODULE_NAME[1]=b
            DEST_MODULE_LOCATION[1]=/extra
            BUILD_EXCLUSIVE_ARCH="^(x86_64|aarch64)$"
            BUILD_EXCLUSIVE_KERNEL_MIN[1]=6.0
            BUILT_MODULE_NAME[2]=c
            DEST_MODULE_LOCATION[2]=/extra
            BUILD_EXCLUSIVE_KERNEL[2]="^5"

            """)
        func names(_ release: String, _ arch: String) -> [String] {
            conf.modules(buildableOn: release, arch: arch).map(\.builtName)
        }
        #expect(names("6.1.0", "x86_64") == ["a", "b"])
        #expect(names("5.10.0", "aarch64") == ["a", "c"])
        #expect(conf.exclusion(kernelRelease: "5.10.0", arch: "x86_64") == nil)
        let reason = try #require(conf.exclusion(kernelRelease: "6.1.0", arch: "riscv64"))
        #expect(reason.contains("BUILD_EXCLUSIVE_ARCH"))
        #expect(!reason.contains(";"))
    }

    @Test func everyRecordExcluded() async throws {
        let conf = try await evaluate(sound + "OBSOLETE_BY=5.15\n")
        let reason = try #require(conf.exclusion(kernelRelease: "6.1.0", arch: "x86_64"))
        #expect(reason.contains("newer than"))
        #expect(conf.exclusion(kernelRelease: "5.4", arch: "x86_64") == nil)
    }

    @Test func obsoleteByYieldsToMax() async throws {
        let conf = try await evaluate(sound + "OBSOLETE_BY=5.15\nBUILD_EXCLUSIVE_KERNEL_MAX=6.9\n")
        #expect(conf.exclusion(kernelRelease: "6.1.0", arch: "x86_64") == nil)
    }
}

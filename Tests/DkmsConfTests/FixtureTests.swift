import Diagnostics
import DkmsConf
import ScratchFolder
import SystemPackage
import Testing

@Suite struct FixtureTests {
    private func evaluate(_ tree: String) async throws -> DkmsConf {
        try await ConfEvaluator.evaluate(
            conf: fixtures.pushing(FilePath(tree)).appending("dkms.conf"), in: .amd64)
    }

    @Test func hello() async throws {
        let conf = try await evaluate("hello-1.5.0")
        #expect(conf.packageName == "hello" && conf.packageVersion == "1.5.0" && conf.autoinstall)
        #expect(conf.makeCommand?.contains("KVERSION=6.1.0-56-amd64") == true)
        #expect(conf.modules.map(\.destLocation) == ["/updates"])
        #expect(conf.warnings.isEmpty)
    }

    @Test func helloAsFound() async throws {
        let conf = try await evaluate("hello-as-found/hello-1.5.0")
        #expect(conf.packageVersion == "0.1")
        #expect(conf.modules.map(\.builtName) == ["hello"])
        #expect(Set(conf.warnings.map(\.code)) == ["unknown-directive", "deprecated-directive"])
    }

    @Test func twoModules() async throws {
        let conf = try await evaluate("two-modules-2.1")
        #expect(conf.modules.map(\.builtPath) == ["core/two_core.ko", "user/two_user.ko"])
        #expect(conf.patches == ["0001-count-in-twos.patch"])
        #expect(conf.hooks.all.count == 6)
        #expect(conf.hooks.preBuild == "scripts/pre-build.sh --for 6.1.0-56-amd64")
        #expect(conf.warnings.isEmpty)
    }

    @Test func broken() async throws {
        #expect(try await evaluate("broken-1.0").warnings.isEmpty)
    }
}

import Diagnostics
import KernelModule
import Testing

@Suite("ModuleProof", .enabled(if: ExampleModules.canBuild, "needs linux-headers with linux-kbuild"))
struct ModuleProofTests {
    @Test("accepts the kernel that the module was built for")
    func accepts() async throws {
        let built = try await ExampleModules.built()
        let module = try ModuleFile(built.user)
        let size = module.structModuleSize
        #expect(ModuleProof.check(module, of: .init(release: built.release)) == nil)
        #expect(
            ModuleProof.check(module, of: .init(release: built.release, structModuleSize: size)) == nil)
    }

    @Test("names both kernels and the folders that make entered")
    func otherRelease() async throws {
        let built = try await ExampleModules.built()
        let fault = try #require(
            ModuleProof.check(
                ModuleFile(built.user), of: .init(release: "6.9.9-other"), entered: ["/lib/modules/x/build"]))
        #expect(fault.code == "built-for-other-kernel")
        #expect(fault.message.contains(built.release))
        #expect(fault.message.contains("6.9.9-other"))
        #expect(fault.message.contains("/lib/modules/x/build"))
    }

    @Test("notices another struct module and a missing vermagic")
    func otherLayout() async throws {
        let built = try await ExampleModules.built()
        let module = try ModuleFile(built.user)
        let fault = ModuleProof.check(module, of: .init(release: built.release, structModuleSize: 640))
        #expect(fault?.code == "built-for-other-kernel")
        #expect(fault?.message.contains("640") == true)

        var bytes = built.user
        let key = Array("vermagic=".utf8)
        let start = try #require(bytes.indices.first { bytes[$0...].starts(with: key) })
        bytes[start] = UInt8(ascii: "x")
        let silent = ModuleProof.check(try ModuleFile(bytes), of: .init(release: built.release))
        #expect(silent?.code == "built-for-other-kernel")
    }
}

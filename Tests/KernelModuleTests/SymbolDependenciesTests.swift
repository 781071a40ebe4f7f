import Kernels
import SampleModules
import Streams
import SystemPackage
import Testing

@testable import KernelModule

@Suite struct SymbolDependenciesTests {
    /// What one module exports the other gets from it, so the two together need it of nobody.
    @Test(.enabled(if: AssembledModule.isPossible, Comment(rawValue: AssembledModule.reason)))
    func ownExportsAreNoImports() async throws {
        let scratch = try TemporaryFolder("test")
        let core = AssembledModule(name: "core", needs: [("module_layout", 1)], exports: ["core_next"])
        let user = AssembledModule(name: "user", needs: [("module_layout", 1), ("core_next", 7)])
        var modules: [ModuleFile] = []
        for module in [core, user] {
            modules.append(try ModuleFile(contentsOf: try await module.write(to: scratch.path)))
        }
        let both = SymbolDependencies(modules)
        #expect(both.imports.map(\.name) == ["module_layout"])
        #expect(both.exports.map(\.name) == ["core_next"])
        #expect(both.areVersioned)
        let alone = SymbolDependencies([modules[1]])
        #expect(alone.imports.map(\.name) == ["core_next", "module_layout"])
    }

    @Test func aKernelsList() throws {
        let scratch = try TemporaryFolder("test")
        let file = scratch.path.appending("Module.symvers")
        let text =
            "0x00000001\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n0x9\tother\tdrivers/x\tEXPORT_SYMBOL_GPL\tNS"
        try Files.write(Array(text.utf8), to: file)
        let list = try ModuleSymvers(file)
        #expect(
            list.exported(of: ["module_layout", "other", "vmlinux", "0x9"]) == ["module_layout", "other"])
        #expect(list.exported(of: []).isEmpty)
    }
}

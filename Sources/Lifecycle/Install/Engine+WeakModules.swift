import Diagnostics
import Streams
import SystemPackage
import Tools

extension Engine {
    /// Links the modules into the other kernels that take them, where the distribution has that.
    func linkWeakModules(_ conf: EngineConf, _ modules: InstalledModules) async throws(EngineStop) {
        guard !conf.hasNoWeakModules, let tool = weakTool(modules.build) else { return }
        console.say("Adding linked weak modules...")
        try await runWeakTool(tool.program, tool.add, modules.paths(conf))
    }

    func unlinkWeakModules(_ conf: EngineConf, _ modules: InstalledModules) async throws(EngineStop) {
        guard !conf.hasNoWeakModules, let tool = weakTool(modules.build) else { return }
        console.say("Removing linked weak modules...")
        try await runWeakTool(tool.program, tool.remove, modules.paths(conf))
    }

    private func weakTool(_ build: DkmsTree.Build) -> (program: String, add: [String], remove: [String])? {
        guard let tool = identity.weakModules(kernel: build.kernel),
            Files.isRegularFile(FilePath(tool.program))
        else { return nil }
        return tool
    }

    /// The paths go to its stdin; what becomes of it is its own affair, as with dkms.
    private func runWeakTool(
        _ program: String, _ arguments: [String], _ paths: [FilePath]
    ) async throws(EngineStop) {
        let input = paths.map { "\($0)\n" }.joined()
        do throws(Diagnostic) {
            _ = try await console.attach(
                Program(program, arguments, environment: CallerEnvironment.all()), input: Array(input.utf8))
        } catch {
            throw EngineStop(error)
        }
    }
}

package import Diagnostics
import Kbuild
import Kernels
import Streams
import SystemPackage

extension Production {
    /// Builds for the kernels and writes the finished modules, each kernel into its own folder.
    ///
    /// - Returns: the module files as artifacts, and every unit, the failed ones too.
    package func writeModules() async throws(Diagnostic) -> ProductionResult {
        guard case .kernels(let kernels) = modules else {
            throw .error("kernel-needed", "there is no kernel to build for", hint: "give -k", status: .usage)
        }
        let package = try await readPackage()
        return try await dated(package.identity).writeModules(of: package, for: kernels)
    }

    private func writeModules(
        of package: Package, for kernels: [KernelTarget]
    ) async throws(Diagnostic) -> ProductionResult {
        let digest = try tree.digest()
        try makeOutput()
        let work = try TemporaryFolder("modules")
        _ = try await foresee(package, for: kernels, work.path)
        let run = try await Builder(tree: tree, identity: package.identity, options: build).build(
            for: kernels)
        let prepared = try await prepare(run.results, work.path)
        let folder = ModuleFolder(output)
        var artifacts: [Artifact] = []
        for result in run.results {
            // One kernel of a release at most: KernelFinder sees to it.
            let unit = prepared.first { $0.kernel.release == result.kernel.release }
            for file in try folder.write(result, unit, of: package.identity, sourceDigest: digest) {
                let name = ArtifactName(
                    file: file.lastComponent?.string ?? "", format: "ko", kind: "module",
                    kernels: [result.kernel.release])
                artifacts.append(try Artifact(name, at: file))
            }
        }
        let results = run.results
        _ = consume run
        return ProductionResult(artifacts: artifacts, units: results, plans: [])
    }
}

package import Diagnostics
import DkmsConf
import KernelModule
package import Kernels
package import SourceTree
import Streams
import SystemPackage

/// Builds one tree for many kernels at once; one kernel that fails never hides the others.
package struct Builder: Sendable {
    private let tree: SourceTree
    private let identity: PackageIdentity
    private let options: BuildOptions

    package init(tree: SourceTree, identity: PackageIdentity, options: BuildOptions) {
        self.tree = tree
        self.identity = identity
        self.options = options
    }

    /// Builds for each kernel, and returns in their order.
    ///
    /// - Throws: only what concerns all kernels, such as no room for the work folder or an interruption.
    package func build(for kernels: [KernelTarget]) async throws(Diagnostic) -> BuildRun {
        let work = try TemporaryFolder("build")
        // make splits M= at blanks, and a prefix map ends at an equals sign.
        if work.path.string.contains(where: { $0.isWhitespace || "=:#$'\"\\".contains($0) }) {
            throw .error(
                "bad-temporary-folder",
                "make can't build in \(work.path): its name holds a blank or special character",
                hint: "set TMPDIR to a folder with a plain name, such as /var/tmp")
        }
        let makes = max(1, min(options.jobs, kernels.count))
        let jobserver = try Jobserver(in: work.path, jobs: options.jobs, makes: makes)
        let protection = await HeaderProtection.available()
        var units: [BuildUnit] = []
        for (index, kernel) in kernels.enumerated() {
            units.append(
                BuildUnit(
                    tree: tree, identity: identity, kernel: kernel, options: options,
                    folder: work.path.appending("\(index)"),
                    jobserver: jobserver.fifo, protection: protection, reference: ModuleProof.Kernel(kernel),
                    log: BuildLog(heading: "make.log of \(identity) for \(kernel.release)")))
        }
        var results = [UnitResult?](repeating: nil, count: units.count)
        await withTaskGroup(of: (Int, UnitResult).self) { group in
            var next = 0
            func startNext() {
                guard next < units.count else { return }
                let (index, unit) = (next, units[next])
                group.addTask { (index, await unit.result()) }
                next += 1
            }
            for _ in 0..<makes { startNext() }
            for await (index, result) in group {
                results[index] = result
                if next < units.count { startNext() } else { jobserver.addToken() }
            }
        }
        if Task.isCancelled { throw .interrupted }
        return BuildRun(results: results.compactMap { $0 }, work: work)
    }
}

/// What a run built; the modules on disk live as long as this does.
package struct BuildRun: ~Copyable {
    package let results: [UnitResult]
    private let work: TemporaryFolder

    init(results: [UnitResult], work: consuming TemporaryFolder) {
        self.results = results
        self.work = work
    }
}

package import Diagnostics
import DkmsConf
import KernelModule
package import Kernels
package import SourceTree
import Streams
import SystemPackage

/// Builds one tree for many kernels at once; one kernel that fails never hides the others.
package struct Builder: Sendable {
    let tree: SourceTree
    let identity: PackageIdentity
    let options: BuildOptions

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
        try Self.check(
            work.path, hint: "set TMPDIR to a folder whose path has only letters, digits and . _ + ~ -")
        for kernel in kernels {
            try Self.check(
                kernel.buildFolder, hint: "move the headers to a path of letters, digits and . _ + ~ -")
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
        // A make that ends with none to follow it gives its slot to those that still run.
        let waiting = units.count - makes
        let results = await concurrently(
            units, width: makes, { done in if done > waiting { jobserver.addToken() } },
            { (unit) throws(Diagnostic) in await unit.result() })
        if Task.isCancelled { throw .interrupted }
        var finished: [UnitResult] = []
        for result in results { finished.append(try result.get()) }
        return BuildRun(results: finished, work: work)
    }

    /// kbuild takes no blanks in paths, and the makes of a dkms.conf are text for a shell.
    private static func check(_ folder: FilePath, hint: String) throws(Diagnostic) {
        guard folder.components.allSatisfy({ PlainName.isPlain($0.string) }) else {
            throw .error("bad-folder", "modules cannot be built with a folder called \(folder)", hint: hint)
        }
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

import Archive
import Diagnostics
import DkmsConf
import KernelModule
import Kernels
import SourceTree
import Streams
import SystemPackage
import Tools

/// One tree on one kernel: private copy, patches, PRE_BUILD, CLEAN, make, proof, strip, POST_BUILD.
struct BuildUnit: Sendable {
    let tree: SourceTree
    let identity: PackageIdentity
    let kernel: KernelTarget
    let options: BuildOptions
    /// A folder of this unit alone, laid out as dkms's tree so that `${dkms_tree}/N/V/build` in a dkms.conf is right.
    let folder: FilePath
    let jobserver: FilePath
    let protection: HeaderProtection
    /// What its modules are measured against.
    let reference: ModuleProof.Kernel
    let log: BuildLog

    var name: String { identity.name }
    var version: String { identity.version }
    var dkmsTree: FilePath { folder.appending("dkms") }
    var buildFolder: FilePath { dkmsTree.appending(name).appending(version).appending("build") }
    var moduleFolder: FilePath {
        dkmsTree.appending(name).appending(version).appending(kernel.release)
            .appending(kernel.architecture.kernelName).appending("module")
    }
    var step: String { "building \(name)/\(version) for \(kernel.release)" }

    /// Builds, or says why there is nothing to build.
    ///
    /// - Throws: the first step that failed; what it printed is in ``log``.
    func run() async throws(Diagnostic) -> UnitResult.State {
        let conf = try await evaluate()
        for warning in conf.warnings { options.events(.diagnostic(warning)) }
        let modules: [DkmsConf.Module]
        switch try conf.selection(of: identity, on: kernel) {
        case .excluded(let reason): return .excluded(reason)
        case .modules(let selected): modules = selected
        }
        try prepareFolders(conf)
        let before = protection.fingerprint(kernel.headerFolders)
        try await prepareSource(conf)
        try await make(conf)
        try checkHeaders(before)
        let built = try await collect(modules, conf)
        try await runHook(conf.hooks.postBuild, "POST_BUILD")
        // The copy has served; with hundreds of kernels it would fill the disk.
        try? Files.removeTree(buildFolder)
        return .built(built)
    }

    private var environment: BuildEnvironment {
        BuildEnvironment(
            kernel: kernel, packageName: name, packageVersion: version, folder: buildFolder,
            programs: folder.appending("bin"), epoch: options.epoch)
    }

    private func evaluate() async throws(Diagnostic) -> DkmsConf {
        try await tree.evaluate(in: .kernel(kernel, identity, dkmsTree: dkmsTree, target: options.target))
    }

    private func prepareFolders(_ conf: DkmsConf) throws(Diagnostic) {
        do {
            try Files.makeDirectories(buildFolder)
            try Files.makeDirectories(moduleFolder)
            if conf.packageVersion != version || conf.packageName != name {
                // ${dkms_tree}/${PACKAGE_NAME}/${PACKAGE_VERSION} in a command means the conf's own words.
                let alias = dkmsTree.appending(conf.packageName).appending(conf.packageVersion)
                try Files.makeDirectories(alias.removingLastComponent())
                try Files.makeSymbolicLink(alias, to: buildFolder.removingLastComponent().string)
            }
        } catch {
            throw .file("create", buildFolder, error)
        }
        try UnameProgram.install(in: folder.appending("bin"), for: kernel)
        try tree.files.copy(to: buildFolder)
    }

    private func prepareSource(_ conf: DkmsConf) async throws(Diagnostic) {
        for patch in conf.patches {
            let status = try await execute("patch", ["-p1", "-i", "patches/\(patch)"], environment.base)
            guard status == 0 else {
                throw failure(
                    "patch-failed", "the patch \(patch) does not apply",
                    hint: "refresh patches/\(patch), or restrict it with PATCH_MATCH")
            }
        }
        try await runHook(conf.hooks.preBuild, "PRE_BUILD")
        if let clean = conf.clean {
            // As in dkms its status means nothing: a tree with nothing to clean often fails here.
            _ = try await execute("bash", ["-c", clean], environment.make)
        }
    }

    private func make(_ conf: DkmsConf) async throws(Diagnostic) {
        let command = MakeCommand(conf: conf, kernel: kernel, buildFolder: buildFolder).text
        let status = try await execute("bash", ["-c", command], environment.make)
        guard status == 0 else {
            // The copy is gone when this is read: files are named as they are called in the tree.
            let cause = log.firstError.map { ": \($0.replacing("\(buildFolder)/", with: ""))" }
            throw failure("build-failed", "make failed\(cause ?? " with status \(status)")")
        }
    }

    private func checkHeaders(_ before: Int) throws(Diagnostic) {
        guard protection.fingerprint(kernel.headerFolders) == before else {
            throw failure(
                "headers-changed", "the build wrote into the kernel's headers at \(kernel.buildFolder)",
                hint:
                    "reinstall the header package, and mend the tree's Makefile: it must hand M= its own folder"
            )
        }
    }

    /// Proves each module and moves it, stripped, to where dkms has it.
    private func collect(_ modules: [DkmsConf.Module], _ conf: DkmsConf) async throws(Diagnostic)
        -> [BuiltModule]
    {
        var built: [BuiltModule] = []
        for module in modules {
            let source = buildFolder.pushing(FilePath(module.builtPath))
            guard Files.isRegularFile(source) else {
                throw failure(
                    "module-missing", "make ended well, but there is no \(module.builtPath)",
                    hint: "make BUILT_MODULE_NAME and BUILT_MODULE_LOCATION name what the Makefile builds")
            }
            let made = try ModuleFile(contentsOf: source)
            if let fault = ModuleProof.check(made, of: reference, entered: log.foldersEntered) { throw fault }
            let target = moduleFolder.appending("\(module.destName).ko")
            do {
                try Files.rename(source, to: target)
            } catch {
                throw .file("move", source, error)
            }
            if module.strip { try await ModuleStripper(program: kernel.compiler.strip).strip(target) }
            try warnOfPath(in: target)
            built.append(BuiltModule(name: module.destName, destination: module.destLocation, path: target))
        }
        return built
    }

    private func runHook(_ hook: String?, _ directive: String) async throws(Diagnostic) {
        guard let words = hook?.split(separator: " ").map(String.init), let script = words.first else {
            return
        }
        // An absolute path is one in the tree too, as for dkms; pushing it would leave the tree.
        let path = buildFolder.pushing(FilePath(String(script.drop { $0 == "/" })))
        guard let status = try? Files.status(path, following: true), status.permissions & 0o111 != 0 else {
            options.events(
                .diagnostic(
                    .warning(
                        "hook-not-executable",
                        "the \(directive) script \(script) is missing or not executable, skipped",
                        hint: "chmod +x it, or drop the directive",
                        at: .init(file: tree.origin.path("dkms.conf")))))
            return
        }
        let result = try await execute(path.string, Array(words.dropFirst()), environment.base)
        guard result == 0 else {
            throw failure(
                "hook-failed", "the \(directive) script \(script) ended with status \(result)")
        }
    }

    private func execute(
        _ program: String, _ arguments: [String], _ variables: [String: String]
    ) async throws(Diagnostic) -> Int32 {
        let command = [program] + arguments
        log.append("\n# command: \(command.joined(separator: " "))")
        let (name, words) = protection.wrap(command, jobserver: jobserver, headers: kernel.headerFolders)
        let status = try await Program(name, words, environment: variables, folder: buildFolder)
            .stream { log.append($0) }
        log.append("# exit code: \(status)")
        return status
    }

    private func failure(_ code: Diagnostic.Code, _ message: String, hint: String? = nil) -> Diagnostic {
        .error(code, "\(name)/\(version) for \(kernel.release): \(message)", hint: hint)
    }
}

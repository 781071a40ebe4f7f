import Compression
import Cryptography
import Diagnostics
import DkmsConf
import Kbuild
import KernelModule
import Kernels
import Streams
import SystemPackage
import Tools

/// One build of a module for a kernel, from the fresh copy of its source to the modules in their place in the dkms tree
/// (dkms 3.4.3, `do_build`).
struct ModuleBuild: Sendable {
    let engine: Engine
    let conf: EngineConf
    let place: KernelPlace
    let build: DkmsTree.Build
    let signer: EngineSigner?
    let environment: ModuleEnvironment
    /// The compression suffix of the kernel's modules.
    let suffix: String
    let protection: HeaderProtection

    var console: EngineConsole { engine.console }
    var tree: DkmsTree { engine.tree }
    var package: DkmsTree.Package { engine.package }
    var folder: FilePath { tree.buildFolder(package) }
    var log: FilePath { folder.appending("make.log") }

    func run() async throws(EngineStop) {
        try stopping { () throws(Diagnostic) in
            try prepareFolder()
        }
        try await applyPatches()
        try await engine.run(
            .preBuild, conf.hooks.preBuild, log: log, environment: environment.variables())
        try await make()
        try checkComplete()
        try prove()
        let staging = try BuildStaging(tree: tree, package: package, build: build)
        try await fill(staging)
        try staging.put()
        let before = finishedModules()
        do throws(EngineStop) {
            try await engine.run(
                .postBuild, conf.hooks.postBuild, log: log, environment: environment.variables())
            try await finishChanged(since: before)
        } catch {
            try staging.takeBack()
            throw error
        }
        try staging.keep(log)
        try? Files.removeTree(folder)
    }

    /// A fresh copy of the source, with the administrator's patches over the package's.
    private func prepareFolder() throws(Diagnostic) {
        do throws(Errno) {
            try Files.removeTree(folder)
        } catch {
            throw .file("remove", folder, error)
        }
        try Files.copyTree(tree.source(package), to: folder)
        let own = FilePath("/etc/dkms").appending(package.module).appending("patches")
        if Files.isDirectory(own) { try Files.copyTree(own, to: folder.appending("patches")) }
        let log = try AppendedLog(self.log)
        try log.write(
            "DKMS (\(EngineVersion.text)) make.log for \(package) for kernel \(build.kernel) (\(build.architecture))\n"
        )
        try log.write(CalendarTime.now + "\n")
    }

    private func applyPatches() async throws(EngineStop) {
        for patch in conf.patches {
            guard !patch.split(separator: "/").contains("..") else {
                throw EngineStop(
                    5, "Patch \(patch) as specified in dkms.conf contains '..' path component.")
            }
            guard Files.exists(folder.appending("patches").pushing(FilePath(patch).removingRoot())) else {
                throw EngineStop(
                    5, "Patch \(patch) as specified in dkms.conf cannot be", "found in \(folder)/patches/.")
            }
            let command = Engine.Command(
                description: "Applying patch \(patch)", text: "patch -p1 < ./patches/\(patch)", log: log)
            let program = Program(
                "patch", ["-p1", "-i", "./patches/\(patch)"], environment: environment.variables(),
                folder: folder)
            let status = try await engine.announce(command) { (output) throws(Diagnostic) in
                try await program.attached(to: output)
            }
            guard status == 0 else {
                throw EngineStop(
                    6, "Application of patch \(patch) failed.", "Consult \(log) for more information.")
            }
        }
    }

    private func make() async throws(EngineStop) {
        let jobs = engine.settings.makeJobs
        let rule = conf.makeCommand ?? "make -C \(place.sourceFolder) M=\(folder)"
        let isMake = rule == "make" || rule.hasPrefix("make ") || rule.hasPrefix("make\t")
        let text =
            isMake ? "make -j\(jobs) KERNELRELEASE=\(build.kernel)" + rule.dropFirst(4) : rule
        let headers = KernelFinder.headerFolders(
            of: (try? Files.canonical(place.sourceFolder)) ?? place.sourceFolder)
        let before = protection.fingerprint(headers)
        let (name, arguments) = protection.wrap(["bash", "-c", text], headers: headers)
        let program = Program(
            name, arguments,
            environment: environment.makeVariables().merging(engine.locks.environment) { _, own in own },
            folder: folder)
        let command = Engine.Command(description: "Building module(s)", text: text, log: log)
        let status = try await engine.announce(command) { (output) throws(Diagnostic) in
            try await program.attached(to: output)
        }
        guard status == 0 else {
            await engine.reportToApport()
            throw EngineStop(
                10,
                "Bad return status for module build on kernel: \(build.kernel) (\(build.architecture))",
                "Consult \(log) for more information.")
        }
        guard protection.fingerprint(headers) == before else {
            throw EngineStop(
                10, "The build of \(package) changed files of the kernel's headers in \(place.sourceFolder).",
                "Reinstall the headers package of \(build.kernel), and let the Makefile pass M=$(CURDIR) to the kernel's make."
            )
        }
    }

    private func checkComplete() throws(EngineStop) {
        for record in conf.buildable where !Files.exists(folder.pushing(FilePath(record.builtPath))) {
            throw EngineStop(
                7, "Build of \(record.builtPath) failed for: \(build.kernel) (\(build.architecture))",
                "Make sure the name and location of the generated module are correct,",
                "or consult \(log) for more information.")
        }
    }

    /// No module goes on that another kernel would have to load.
    private func prove() throws(EngineStop) {
        let kernel = ModuleProof.Kernel(
            release: build.kernel, modulesFolder: tree.installTree.appending(build.kernel))
        for record in conf.buildable {
            let path = folder.pushing(FilePath(record.builtPath))
            try stopping(status: 7) { () throws(Diagnostic) in
                let entered = BuildLog(
                    text: String(decoding: (try? Files.contents(log)) ?? [], as: UTF8.self))
                let fault = ModuleProof.check(
                    try ModuleFile(contentsOf: path), of: kernel, entered: entered.foldersEntered)
                if let fault { throw fault }
            }
        }
    }
}

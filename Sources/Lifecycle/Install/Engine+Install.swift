import Diagnostics
import DkmsConf
import Kbuild
import KernelModule
import Streams
import SystemPackage

extension Engine {
    /// `install`: for each kernel of the command line, building first what isn't built.
    ///
    /// - Returns: 0, or the code of the first kernel that failed (dkms 3.4.3 returns that of the last kernel).
    mutating func install() async throws(EngineStop) -> Int32 {
        try await resolveArgument()
        return await forEachKernel { (engine, build) throws(EngineStop) in
            try await engine.installUnlessInstalled(build)
        }
    }

    mutating func installUnlessInstalled(_ build: DkmsTree.Build) async throws(EngineStop) {
        try await mendWhatIsLeft()
        if tree.isInstalled(package, build) {
            guard request.isForced else { return sayInstalled(build) }
            let lock = try await locked(request.module)
            defer { lock.hold() }
            try await uninstallOne(build)
            console.say("")
        }
        if !tree.isBuilt(package, build) { try await makeBuild(build) }
        try await installBuilt(build)
    }

    private func sayInstalled(_ build: DkmsTree.Build) {
        console.say(
            "Module \(package) already installed on kernel \(build.kernel) (\(build.architecture)), skip. You may override by specifying --force."
        )
    }

    /// Installs what is built (dkms 3.4.3, `do_install`).
    mutating func installBuilt(_ build: DkmsTree.Build) async throws(EngineStop) {
        try await placeBuilt(build)
        try await rebuildDependents(build)
    }

    private mutating func placeBuilt(_ build: DkmsTree.Build) async throws(EngineStop) {
        var force = request.isForced
        var overrides = request.overridesVersion
        let lock = try await locked(request.module)
        defer { lock.hold() }
        // Another run may have been first while this one waited.
        guard !tree.isInstalled(package, build) else { return sayInstalled(build) }
        switch ForcedModules.wish(for: request.module) {
        case .install:
            force = true
            console.say("Forcing installation of \(request.module)")
        case .versionOverride:
            overrides = true
            console.say("Forcing version override of \(request.module)")
        case nil: break
        }
        guard Files.exists(tree.installTree.appending(build.kernel)) else {
            throw EngineStop(
                6, "The directory \(tree.installTree)/\(build.kernel) doesn't exist.",
                "You cannot install a module onto a non-existent kernel.")
        }
        let conf = try await readConf(build, isStrict: true)
        let modules = InstalledModules(self, build)
        try check(conf, modules)
        if request.isSafeUpgrade { force = true }
        let status = try await run(.preInstall, conf.hooks.preInstall)
        if status != 0, !force {
            throw EngineStop(
                101, "pre_install failed, aborting install.", "You may override by specifying --force.")
        }
        let sanity = VersionSanity(
            console: console, modules: modules, isForced: force, overridesVersion: overrides)
        let placement = ModulePlacement(engine: self, conf: conf, modules: modules)
        let journal = try await place(placement, sanity)
        try await complete(conf, modules, journal)
    }

    private func place(
        _ placement: ModulePlacement, _ sanity: VersionSanity
    ) async throws(EngineStop) -> Journal {
        let kernel = try await kernelLock(placement.modules.build)
        defer { kernel.hold() }
        return try placement.perform(sanity)
    }

    private func check(_ conf: EngineConf, _ modules: InstalledModules) throws(EngineStop) {
        let build = modules.build
        let kernel = ModuleProof.Kernel(
            release: build.kernel, modulesFolder: tree.installTree.appending(build.kernel))
        for record in conf.buildable {
            guard let file = modules.built(record), Files.isRegularFile(file) else {
                throw EngineStop(
                    6, "Missing module \(record.destName) in \(tree.modules(package, build))")
            }
            try stopping(status: 6) { () throws(Diagnostic) in
                if let fault = ModuleProof.check(try ModuleFile(contentsOf: file), of: kernel) {
                    throw fault
                }
            }
        }
    }

    /// What follows once the files are in place: weak links, the script, depmod; the journal ends with depmod.
    private mutating func complete(
        _ conf: EngineConf, _ modules: InstalledModules, _ journal: Journal
    ) async throws(EngineStop) {
        let build = modules.build
        try await linkWeakModules(conf, modules)
        _ = try await run(.postInstall, conf.hooks.postInstall)
        var fault: EngineStop? = EngineStop(
            6, "Problems with depmod detected. Automatically uninstalling this module.",
            "Install Failed (depmod problems). Module rolled back to built state.")
        do throws(EngineStop) {
            if try await announceDepmod(build.kernel) == 0 { fault = nil }
        } catch {
            fault = error
        }
        if let fault {
            try await takeBack(journal)
            throw fault
        }
        try stopping { () throws(Diagnostic) in
            try journal.remove(tree)
        }
        if settings.probesOnInstall, build.kernel == KernelPlace.running.release { await probeModules() }
    }
}

/// The administrator's or a package's list of modules that are always installed by force.
enum ForcedModules {
    enum Wish { case install, versionOverride }

    static func wish(for module: String) -> Wish? {
        let folder: FilePath = "/usr/share/dkms/modules_to_force_install"
        for name in ((try? Files.names(in: folder)) ?? []) where !name.hasPrefix(".") {
            guard let bytes = try? Files.contents(folder.appending(name)) else { continue }
            for word in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace) {
                if word == module { return .install }
                if word == "\(module)_version-override" { return .versionOverride }
            }
        }
        return nil
    }
}

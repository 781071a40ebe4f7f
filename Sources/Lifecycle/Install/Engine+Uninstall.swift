import Diagnostics
import DkmsConf
import Streams
import SystemPackage
import Tools

extension Engine {
    /// `uninstall`: for each kernel of the command line.
    mutating func uninstall() async throws(EngineStop) {
        let lock = try await locked(request.module)
        defer { lock.hold() }
        for (index, build) in builds.enumerated() {
            if index > 0 { console.say("") }
            try await uninstallUnlessAbsent(build)
        }
    }

    /// `unbuild`: uninstalls, and drops the build; the module stays added.
    mutating func unbuild() async throws(EngineStop) {
        let lock = try await locked(request.module)
        defer { lock.hold() }
        for (index, build) in builds.enumerated() {
            if index > 0 { console.say("") }
            try await uninstallUnlessAbsent(build)
            try unbuildUnlessAbsent(build)
        }
    }

    /// `remove`: uninstalls and drops the builds, and with the last of them the module, but never /usr/src.
    mutating func remove() async throws(EngineStop) {
        let lock = try await locked(request.module)
        defer { lock.hold() }
        try await SafeUpgrade(package: package, folder: FilePath(settings.temporaryFolder)).checkRemoval(
            request.isSafeUpgrade)
        sweep()
        for build in builds {
            try await uninstallUnlessAbsent(build)
            try unbuildUnlessAbsent(build)
            console.say("")
        }
        let folder = tree.folder(package)
        let own = ["build", "tarball", "driver_disk", "rpm", "deb", "source"]
        let rest = ((try? Files.names(in: folder)) ?? []).filter { name in
            !name.hasPrefix(".") && !own.contains { name.hasSuffix($0) }
                && (try? Files.status(folder.appending(name)))?.kind == .directory
        }
        if rest.isEmpty {
            console.say("Deleting module \(package) completely from the DKMS tree.")
            try discard(folder, of: request.module)
        }
        let module = tree.root.appending(request.module)
        if ((try? Files.names(in: module)) ?? []).allSatisfy({ $0.hasPrefix(".") }) {
            try? Files.removeTree(module)
        }
    }

    /// Removes what builds that were killed have left in the module's folder.
    private func sweep() {
        let folder = tree.folder(package)
        for name in (try? Files.names(in: folder)) ?? [] {
            let kernel = folder.appending(name)
            for entry in (try? Files.names(in: kernel)) ?? [] where entry.hasPrefix(".tmp_") {
                try? Files.removeTree(kernel.appending(entry))
            }
            if (try? Files.status(kernel))?.kind == .directory { try? Files.removeFolder(kernel) }
        }
    }

    private mutating func uninstallUnlessAbsent(_ build: DkmsTree.Build) async throws(EngineStop) {
        guard !tree.isInstalled(package, build) else { return try await uninstallOne(build) }
        // A package that leaves some kernels out on purpose need not say so here.
        if Files.isRegularFile(tree.conf(package)),
            await quietConf(package, build)?.hasConditions == true
        {
            return
        }
        console.say(
            "Module \(package) is not installed for kernel \(build.kernel) (\(build.architecture)). Skipping..."
        )
    }

    private func unbuildUnlessAbsent(_ build: DkmsTree.Build) throws(EngineStop) {
        guard tree.isBuilt(package, build) else {
            console.say(
                "Module \(package) is not built for kernel \(build.kernel) (\(build.architecture)). Skipping..."
            )
            return
        }
        try discard(tree.base(package, build), of: request.module)
        let kernel = tree.folder(package).appending(build.kernel)
        if ((try? Files.names(in: kernel)) ?? []).allSatisfy({ $0.hasPrefix(".") }) {
            try? Files.removeTree(kernel)
        }
    }

    /// Takes the modules out of a kernel's folder, and puts back what they had replaced (dkms 3.4.3, `do_uninstall`).
    mutating func uninstallOne(_ build: DkmsTree.Build) async throws(EngineStop) {
        console.say("Module \(package) for kernel \(build.kernel) (\(build.architecture)):")
        let conf = try await readConf(build)
        let wasActive = tree.isActive(package, build)
        var journal: Journal?
        if wasActive {
            console.say("Before uninstall, this module version was ACTIVE on this kernel.")
            let modules = InstalledModules(self, build)
            try await unlinkWeakModules(conf, modules)
            journal = try await takeOut(ModuleRemoval(engine: self, conf: conf, modules: modules))
        } else {
            console.say("This module version was INACTIVE for this kernel.")
        }
        _ = try await run(.postRemove, conf.hooks.postRemove)
        if delaysDepmod {
            try markDepmodPending(build)
        } else {
            _ = try await announceDepmod(build.kernel)
        }
        try stopping { () throws(Diagnostic) in
            try journal?.remove(tree)
        }
        removeOriginals(build, wasActive: wasActive)
    }

    private func takeOut(_ removal: ModuleRemoval) async throws(EngineStop) -> Journal {
        let kernel = try await kernelLock(removal.modules.build)
        defer { kernel.hold() }
        return try await removal.perform()
    }

    private func removeOriginals(_ build: DkmsTree.Build, wasActive: Bool) {
        let folder = tree.originals(request.module, build)
        if wasActive, Files.isDirectory(folder) {
            guard !Self.holdsModules(folder) else {
                return console.warn("Original modules that could not be put back are kept in \(folder)")
            }
            console.say(
                "Removing original module(s) from DKMS tree for kernel \(build.kernel) (\(build.architecture))"
            )
            try? Files.removeTree(folder)
        }
        // Folders of other kernels with something in them stay.
        for empty in [
            folder, folder.removingLastComponent(), folder.removingLastComponent().removingLastComponent(),
        ] {
            try? Files.removeFolder(empty)
        }
    }

    private static func holdsModules(_ folder: FilePath) -> Bool {
        ((try? Files.entries(in: folder)) ?? []).contains { entry in
            entry.kind == .directory
                ? holdsModules(folder.appending(entry.name)) : !entry.name.hasSuffix(".origin")
        }
    }
}

import Diagnostics
import Streams
import SystemPackage

extension Engine {
    /// Takes a module's lock, and first mends what a run that was killed left of it.
    func locked(_ module: String) async throws(EngineStop) -> TreeLock {
        let lock = try await takeLock(module)
        for journal in Journal.left(tree, module: module) { try await recover(journal) }
        sweepTrash()
        try? Files.removeTree(programsFolder(module))
        try? Files.removeFolder(programsFolder(module).removingLastComponent())
        return lock
    }

    /// Mends what a run that was killed left of the module, where an action may find nothing else to do.
    func mendWhatIsLeft() async throws(EngineStop) {
        guard !Journal.left(tree, module: request.module).isEmpty else { return }
        try await locked(request.module).hold()
    }

    /// Taken from the first change of a kernel's modules to the end of its depmod, so that no other run's depmod sees half
    /// of it.
    func kernelLock(_ build: DkmsTree.Build) async throws(EngineStop) -> TreeLock {
        try await takeLock("kernel \(build.kernel)")
    }

    private func takeLock(_ module: String) async throws(EngineStop) -> TreeLock {
        do throws(Diagnostic) {
            return try await TreeLock.take(module, in: tree, console: console)
        } catch {
            throw EngineStop(error)
        }
    }

    /// Undoes an installation, or completes a removal, that did not come to its end.
    func recover(_ journal: Journal) async throws(EngineStop) {
        let (package, build) = (journal.package, journal.build)
        console.complain(
            "Recovering from an interrupted \(journal.kind.rawValue) of \(package) for kernel \(build.kernel) (\(build.architecture))."
        )
        try stopping { () throws(Diagnostic) in try undo(journal) }
        await depmod(build.kernel)
        try stopping { () throws(Diagnostic) in try journal.remove(tree) }
    }

    /// Puts every file of the kernel's back as it was, and in place of the link that the installation may have made the
    /// one that was there before.
    ///
    /// May be repeated, and stopped anywhere.
    func undo(_ journal: Journal) throws(Diagnostic) {
        let (package, build) = (journal.package, journal.build)
        if tree.isActive(package, build) {
            let link = tree.activeLink(package.module, build)
            if journal.previous.isEmpty {
                try remove(link)
            } else {
                try Files.replaceWithLink(link, to: journal.previous)
            }
        }
        for step in journal.steps { try undo(step, kernel: tree.installTree.appending(build.kernel)) }
        Self.removeEmptyFolders(
            from: tree.originals(package.module, build), upTo: tree.root.appending(package.module))
    }

    private func undo(_ step: Journal.Step, kernel: FilePath) throws(Diagnostic) {
        let destination = FilePath(step.destination)
        if !step.replaced.isEmpty {
            // The other version's own build is intact: its file goes back.
            let replaced = FilePath(step.replaced)
            let name = replaced.lastComponent ?? destination.lastComponent
            let place = name.map { destination.removingLastComponent().appending($0) } ?? destination
            // Its compression may be another than that of what came in its place.
            if place != destination { try remove(destination) }
            try Files.copyWhole(replaced, to: place)
            return
        }
        guard !step.original.isEmpty else {
            try remove(destination)
            Self.removeEmptyFolders(from: destination.removingLastComponent(), upTo: kernel)
            return
        }
        let archive = FilePath(step.archive)
        let origin = FilePath("\(step.archive).origin")
        guard Files.exists(archive) else {
            // It was not moved yet.
            try remove(origin)
            return
        }
        if destination != FilePath(step.original) { try remove(destination) }
        try Files.moveWhole(archive, to: FilePath(step.original))
        try remove(origin)
        Self.removeEmptyFolders(from: destination.removingLastComponent(), upTo: kernel)
    }

    private func remove(_ path: FilePath) throws(Diagnostic) {
        guard Files.exists(path) else { return }
        do {
            try Files.remove(path)
        } catch {
            throw .file("remove", path, error)
        }
    }

    /// Takes a folder out of the tree in one step; its content goes after that.
    func discard(_ folder: FilePath) throws(EngineStop) {
        guard Files.exists(folder) else { return }
        let trash = TreeLock.privateFolder(tree).appending("trash")
        let name = String(UInt64.random(in: .min ... .max), radix: 36)
        do throws(Errno) {
            try Files.makeDirectories(trash)
            try Files.rename(folder, to: trash.appending(name))
        } catch {
            // A container's layers refuse to rename folders of theirs.
            guard error == .improperLink, (try? Files.removeTree(folder)) != nil else {
                throw EngineStop(.file("remove", folder, error))
            }
        }
        try? Files.removeTree(trash.appending(name))
        try? Files.removeFolder(trash)
    }

    /// Where a build of a module finds the programs that are made for it; one build of a module runs at a time.
    func programsFolder(_ module: String) -> FilePath {
        TreeLock.privateFolder(tree).appending("programs").appending(module)
    }

    /// Removes what a killed run had thrown away but not yet removed.
    private func sweepTrash() {
        let trash = TreeLock.privateFolder(tree).appending("trash")
        for name in (try? Files.names(in: trash)) ?? [] { try? Files.removeTree(trash.appending(name)) }
        try? Files.removeFolder(trash)
    }

    /// Removes a folder and those above it as long as they are empty, but not `top` nor anything outside it.
    static func removeEmptyFolders(from folder: FilePath, upTo top: FilePath) {
        var folder = folder
        while folder != top, folder.starts(with: top) {
            // One that is gone already may have left those above it.
            guard (try? Files.removeFolder(folder)) != nil || !Files.exists(folder) else { return }
            folder = folder.removingLastComponent()
        }
    }
}

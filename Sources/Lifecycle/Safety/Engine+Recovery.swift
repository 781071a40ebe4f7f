import Diagnostics
import Streams
import SystemPackage

extension Engine {
    /// Takes a module's lock, and first mends what a run that was killed left of it.
    func locked(_ module: String) async throws(EngineStop) -> TreeLock {
        let lock = try await takeLock(module)
        // What the run above is about is in progress, not left behind.
        guard !lock.isInherited else { return lock }
        for journal in Journal.left(tree, module: module) { try await recover(journal) }
        sweep(module)
        return lock
    }

    /// Mends what a run that was killed left of the module, where an action may find nothing else to do.
    func mendWhatIsLeft() async throws(EngineStop) {
        guard !Journal.left(tree, module: request.module).isEmpty else { return }
        try await locked(request.module).hold()
    }

    /// The same for all modules, before a kernel's are looked at.
    func mendAllThatIsLeft() async throws(EngineStop) {
        for module in Set(Journal.left(tree).map(\.package.module)).sorted() {
            try await locked(module).hold()
        }
    }

    /// Taken for every change of a kernel's modules and for depmod, so that no depmod sees half of a change; never while a
    /// script runs, which may want to change modules itself.
    func kernelLock(_ build: DkmsTree.Build) async throws(EngineStop) -> TreeLock {
        try await takeLock("kernel \(build.kernel)")
    }

    func takeLock(_ module: String) async throws(EngineStop) -> TreeLock {
        do throws(Diagnostic) {
            return try await TreeLock.take(module, in: tree, held: locks, console: console)
        } catch {
            throw EngineStop(error)
        }
    }

    /// Undoes an installation, or completes a removal, that did not come to its end.
    func recover(_ journal: Journal) async throws(EngineStop) {
        let build = journal.build
        console.complain(
            "Recovering from an interrupted \(journal.kind.rawValue) of \(journal.package) for kernel \(build.kernel) (\(build.architecture))."
        )
        try await takeBack(journal)
    }

    /// Undoes what a journal tells, has depmod see it, and ends the journal; without depmod it stays, to be tried again.
    func takeBack(_ journal: Journal) async throws(EngineStop) {
        try await undoLocked(journal)
        guard await depmodQuietly(journal.build.kernel) else { return }
        try stopping { () throws(Diagnostic) in try journal.remove(tree) }
    }

    private func undoLocked(_ journal: Journal) async throws(EngineStop) {
        let kernel = try await kernelLock(journal.build)
        defer { kernel.hold() }
        try stopping { () throws(Diagnostic) in try undo(journal) }
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
        for path in journal.files + [tree.activeLink(package.module, build)] {
            Files.removePartials(of: path)
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

    /// A folder that somebody has put in a file's place since then is not the engine's to remove.
    private func remove(_ path: FilePath) throws(Diagnostic) {
        guard let status = try? Files.status(path), status.kind != .directory else { return }
        try Files.removeFile(path)
    }

    /// Takes a folder of a module out of the tree in one step; its content goes after that.
    func discard(_ folder: FilePath, of module: String) throws(EngineStop) {
        guard Files.exists(folder) else { return }
        let trash = tree.trash(module)
        do throws(Errno) {
            try Files.makeDirectories(TreeLock.privateFolder(tree))
            try Files.rename(folder, to: trash)
        } catch {
            // A container's layers refuse to rename folders of theirs.
            guard error == .improperLink, (try? Files.removeTree(folder)) != nil else {
                throw EngineStop(.file("remove", folder, error))
            }
        }
        try? Files.removeTree(trash)
    }

    /// Removes what killed runs on a module had made for themselves, or thrown away but not yet removed.
    private func sweep(_ module: String) {
        let folder = TreeLock.privateFolder(tree)
        for name in (try? Files.names(in: folder)) ?? [] {
            if WaitMark.isLeftOver(name, in: folder) { try? Files.remove(folder.appending(name)) }
            if let whole = Files.partialTarget(name), Journal.isOf(module, whole) {
                try? Files.remove(folder.appending(name))
            }
            let fields = name.split(separator: ",", omittingEmptySubsequences: false).dropLast()
            if ["programs,\(module)", "trash,\(module)"].contains(fields.joined(separator: ",")) {
                try? Files.removeTree(folder.appending(name))
            }
        }
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

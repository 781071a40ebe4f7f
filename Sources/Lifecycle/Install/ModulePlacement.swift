import Diagnostics
import Streams
import SystemPackage

/// Puts the modules of a build into a kernel's folder, and what they replace into the archive; all of it, or nothing.
struct ModulePlacement {
    let engine: Engine
    let conf: EngineConf
    let modules: InstalledModules

    private var tree: DkmsTree { engine.tree }
    private var console: EngineConsole { engine.console }
    private var package: DkmsTree.Package { engine.package }
    private var build: DkmsTree.Build { modules.build }

    /// One module, with what is to be said about it when its turn comes.
    private struct Item {
        let words: ConsoleBuffer
        /// Nil where the kernel's own is to stay.
        let step: Journal.Step?
        let source: FilePath?
    }

    /// - Returns: the journal, to be removed when everything else is done.
    /// - Throws: code 6, with everything as it was before.
    func perform(_ sanity: VersionSanity) throws(EngineStop) -> Journal {
        // Another run may have changed the kernel's modules before this one had its lock.
        modules.forgetFiles()
        let items = conf.buildable.map { plan($0, sanity) }
        defer { modules.forgetFiles() }
        let journal = Journal(
            kind: .install, package: package, build: build,
            previous: (try? Files.readLink(tree.activeLink(package.module, build))) ?? "",
            steps: items.compactMap(\.step))
        try stopping(status: 6) { () throws(Diagnostic) in
            try journal.write(tree)
        }
        do throws(EngineStop) {
            for item in items {
                item.words.replay(to: console)
                if let step = item.step, let source = item.source { try place(step, source) }
            }
            if !conf.records.isEmpty, journal.steps.isEmpty { throw EngineStop(6, "Installation aborted.") }
            try activate()
        } catch {
            do throws(Diagnostic) {
                try engine.undo(journal)
                try journal.remove(tree)
            } catch {
                console.complain("\(error.message) [\(error.code)]")
            }
            throw error
        }
        return journal
    }

    private func plan(_ record: EngineConf.Record, _ sanity: VersionSanity) -> Item {
        let words = ConsoleBuffer()
        let speaking = VersionSanity(
            console: words.console, modules: modules, isForced: sanity.isForced,
            overridesVersion: sanity.overridesVersion)
        guard speaking.allows(record, obsoleteBy: conf.obsoleteBy), let source = modules.built(record) else {
            return Item(words: words, step: nil, source: nil)
        }
        let folder = modules.kernelFolder + record.destLocation
        let name = source.lastComponent?.string ?? "\(record.destName).ko"
        var step = Journal.Step(
            destination: FilePath("\(folder)/\(name)").string, original: "", archive: "", replaced: "")
        findOriginal(record, &step, words.console)
        words.console.say("Installing \(folder)/\(name)")
        return Item(words: words, step: step, source: source)
    }

    /// What is there already: another version's module, which its own build can replace, or a module to be archived.
    private func findOriginal(
        _ record: EngineConf.Record, _ step: inout Journal.Step, _ console: EngineConsole
    ) {
        let link = tree.activeLink(package.module, build)
        let archive = tree.originals(package.module, build)
        if (try? Files.status(link))?.kind == .symbolicLink {
            let stored = ModuleStore.file(record.destName, in: archive, suffix: modules.suffix)
            if stored != nil {
                console.say("An original module was already stored during a previous install")
            }
            let active = ModuleStore.file(
                record.destName, in: link.appending("module"), suffix: modules.suffix)
            guard let present = modules.installed(record, at: record.destLocation) else { return }
            if let active, let real = try? Files.canonical(active) {
                step.replaced = real.string
            } else if stored == nil {
                // The other version has no such module: what is here was never archived.
                archiveStep(present, in: archive, &step, console)
            }
            return
        }
        let preferred = ["/extra", "/updates", record.destLocation].compactMap {
            modules.installed(record, at: $0)
        }
        guard let original = (preferred + modules.files(record)).first(where: Files.isRegularFile) else {
            return
        }
        archiveStep(original, in: archive, &step, console)
    }

    private func archiveStep(
        _ original: FilePath, in archive: FilePath, _ step: inout Journal.Step, _ console: EngineConsole
    ) {
        console.say("Found pre-existing \(original), archiving for uninstallation")
        step.original = original.string
        step.archive = archive.appending(original.lastComponent?.string ?? "").string
    }

    private func place(_ step: Journal.Step, _ source: FilePath) throws(EngineStop) {
        let destination = FilePath(step.destination)
        do throws(Diagnostic) {
            if !step.original.isEmpty {
                let archive = FilePath(step.archive)
                try makeFolder(archive.removingLastComponent())
                // The place first: an archived module without it could not be put back.
                try Files.write(Array("\(step.original)\n".utf8), to: FilePath("\(step.archive).origin"))
                try Files.moveWhole(FilePath(step.original), to: archive)
            }
            try makeFolder(destination.removingLastComponent())
            if engine.settings.symlinksModules {
                try Files.replaceWithLink(destination, to: source.string)
            } else {
                try Files.copyWhole(source, to: destination)
            }
            if !step.replaced.isEmpty { try removeOtherCompressions(of: destination) }
        } catch {
            console.complain("\(error.message) [\(error.code)]")
            throw EngineStop(6, "Copying '\(source)' failed")
        }
    }

    /// The other version's file under another compression would be a second module of the name.
    private func removeOtherCompressions(of file: FilePath) throws(Diagnostic) {
        let name = file.lastComponent?.string ?? ""
        guard let end = name.firstRange(of: ".ko") else { return }
        for suffix in ["", ".gz", ".xz", ".zst"] {
            let other = file.removingLastComponent().appending(name[..<end.upperBound] + suffix)
            if other != file, Files.exists(other) { try Files.removeFile(other) }
        }
    }

    private func makeFolder(_ folder: FilePath) throws(Diagnostic) {
        do throws(Errno) {
            try Files.makeDirectories(folder)
        } catch {
            throw .file("create", folder, error)
        }
    }

    /// From here on this version is the installed one.
    private func activate() throws(EngineStop) {
        try stopping(status: 6) { () throws(Diagnostic) in
            try Files.replaceWithLink(
                tree.activeLink(package.module, build),
                to: "\(package.version)/\(build.kernel)/\(build.architecture)")
        }
    }
}

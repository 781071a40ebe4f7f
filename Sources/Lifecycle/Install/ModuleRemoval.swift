import Diagnostics
import Streams
import SystemPackage
import Tools

/// Takes the modules of the active build out of a kernel's folder and restores what was archived.
struct ModuleRemoval {
    let engine: Engine
    let conf: EngineConf
    let modules: InstalledModules

    private var tree: DkmsTree { engine.tree }
    private var console: EngineConsole { engine.console }
    private var build: DkmsTree.Build { modules.build }
    private var archive: FilePath { tree.originals(engine.request.module, build) }

    /// - Returns: the journal, to be removed when everything else is done.
    func perform() async throws(EngineStop) -> Journal {
        let found = conf.records.map { ($0, modules.location($0)) }
        let journal = Journal(
            kind: .uninstall, package: engine.package, build: build,
            steps: found.flatMap { steps($0, at: $1) })
        do throws(Diagnostic) {
            try journal.write(tree)
            for (record, location) in found {
                if let location {
                    console.say(
                        "Deleting \(modules.kernelFolder)\(location)/\(record.destName).ko\(modules.suffix)")
                    for file in files(record, at: location) { try Files.removeFile(file) }
                    await removeEmptyFolders(location)
                } else {
                    console.say(
                        "Module \(record.destName).ko\(modules.suffix) was not found within \(modules.kernelFolder)/"
                    )
                }
                try restore(record)
            }
            try restoreOthers()
            let link = tree.activeLink(engine.request.module, build)
            if Files.exists(link) { try Files.removeFile(link) }
        } catch {
            throw EngineStop(error)
        }
        return journal
    }

    /// The module under every compression that it may have been installed with.
    private func files(_ record: EngineConf.Record, at location: String) -> [FilePath] {
        let folder = modules.folder(location)
        return ((try? Files.names(in: folder)) ?? []).filter { $0.hasPrefix("\(record.destName).ko") }
            .map { folder.appending($0) }
    }

    /// What to repeat should this run be killed: deleting, and restoring.
    ///
    /// What an original comes back over is not deleted: repeated after that, it would hit the original.
    private func steps(_ record: EngineConf.Record, at location: String?) -> [Journal.Step] {
        var restored = origins(record).filter { isKernels($0.original) }.map { origin, original in
            (place: FilePath(original), archive: origin.removingExtension)
        }
        if let archived = unrecorded(record) { restored.append((formerPlace(record, archived), archived)) }
        let deletions = (location.map { files(record, at: $0) } ?? []).filter { file in
            !restored.contains { $0.place == file }
        }
        return deletions.map {
            Journal.Step(destination: $0.string, original: "", archive: "", replaced: "")
        }
            + restored.map { place, archive in
                Journal.Step(
                    destination: place.string, original: place.string, archive: archive.string, replaced: "")
            }
    }

    /// Whether a place is in this kernel's folder, whichever of its names is used.
    private func isKernels(_ path: String) -> Bool {
        guard !path.contains("/../") else { return false }
        if path.hasPrefix("\(modules.kernelFolder)/") { return true }
        guard let kernel = try? Files.canonical(FilePath(modules.kernelFolder)) else { return false }
        return path.hasPrefix("\(kernel)/")
    }

    /// An original that dkms of old archived, which kept no record of where it came from.
    private func unrecorded(_ record: EngineConf.Record) -> FilePath? {
        guard let archived = ModuleStore.file(record.destName, in: archive, suffix: modules.suffix),
            !Files.exists(FilePath("\(archived).origin"))
        else { return nil }
        return archived
    }

    private func formerPlace(_ record: EngineConf.Record, _ archived: FilePath) -> FilePath {
        modules.folder(record.givenLocation).appending(archived.lastComponent?.string ?? "")
    }

    /// The `.origin` files of a module with the paths in them.
    private func origins(_ record: EngineConf.Record) -> [(file: FilePath, original: String)] {
        ((try? Files.names(in: archive)) ?? []).filter {
            $0.hasPrefix("\(record.destName).") && $0.hasSuffix(".origin")
        }.compactMap { name in
            let file = archive.appending(name)
            return (file, Self.original(file))
        }
    }

    private static func original(_ file: FilePath) -> String {
        let bytes = (try? Files.contents(file)) ?? []
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
    }

    /// What else was archived for this kernel: of records that dkms.conf has no more, and the duplicates that dkms of old
    /// kept in folders below.
    private func restoreOthers() throws(Diagnostic) {
        for origin in Self.originFiles(beneath: archive) where isKernels(Self.original(origin)) {
            try restore(origin, to: Self.original(origin))
        }
        Engine.removeEmptyFolders(from: archive, upTo: tree.root.appending(engine.request.module))
    }

    private static func originFiles(beneath folder: FilePath) -> [FilePath] {
        ((try? Files.entries(in: folder)) ?? []).flatMap { entry -> [FilePath] in
            let path = folder.appending(entry.name)
            if entry.kind == .directory { return originFiles(beneath: path) }
            return entry.name.hasSuffix(".origin") ? [path] : []
        }
    }

    private func restore(_ origin: FilePath, to original: String) throws(Diagnostic) {
        let archived = origin.removingExtension
        guard Files.isRegularFile(archived) else { return }
        console.say("Restoring archived original module \(original)")
        try Files.moveWhole(archived, to: FilePath(original))
        try Files.removeFile(origin)
        Engine.removeEmptyFolders(from: origin.removingLastComponent(), upTo: archive)
    }

    private func restore(_ record: EngineConf.Record) throws(Diagnostic) {
        for (origin, original) in origins(record) {
            guard Files.isRegularFile(origin.removingExtension) else { continue }
            guard isKernels(original) else {
                console.warn("Bad original location '\(original)' in \(origin)")
                continue
            }
            try restore(origin, to: original)
        }
        if let archived = unrecorded(record) {
            console.say("Restoring archived original module")
            try Files.moveWhole(archived, to: formerPlace(record, archived))
        }
        Engine.removeEmptyFolders(from: archive, upTo: tree.root.appending(engine.request.module))
    }

    /// Folders of a location that are empty now go, unless a package owns them.
    private func removeEmptyFolders(_ location: String) async {
        let top = FilePath(modules.kernelFolder)
        let folder = modules.folder(location)
        if !engine.identity.asksNoPackageOwner, Program.find("rpm") != nil {
            let outcome = try? await Program("rpm", ["-qf", folder.string]).capture()
            if outcome?.status == 0 { return }
        }
        Engine.removeEmptyFolders(from: folder, upTo: top)
    }
}

extension FilePath {
    /// The path without what follows the last dot of its name.
    fileprivate var removingExtension: FilePath {
        var path = self
        path.extension = nil
        return path
    }
}

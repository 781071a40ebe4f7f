import Diagnostics
import DkmsConf
import Glibc
import Streams
import SystemPackage

extension Engine {
    /// `add`: a module of the source tree, a folder with a dkms.conf, or an archive.
    mutating func add() async throws(EngineStop) -> Int32 {
        let isArchive = try await resolveArgument()
        if isArchive, tree.isAdded(package) { return 0 }
        return try await addPackage()
    }

    /// Turns a folder or an archive on the command line into a module and version, putting its source into place.
    ///
    /// - Returns: whether it was an archive, which may have been added with that.
    @discardableResult
    mutating func resolveArgument() async throws(EngineStop) -> Bool {
        guard request.module.isEmpty, request.version.isEmpty else { return false }
        if request.archive != nil {
            try await loadTarball()
            return true
        }
        if let folder = request.sourceFolder { try await addSourceFolder(folder) }
        return false
    }

    /// Registers the module (dkms 3.4.3, `add_module`).
    ///
    /// - Returns: the status of POST_ADD, which is that of `add`.
    @discardableResult
    mutating func addPackage(isImplied: Bool = false) async throws(EngineStop) -> Int32 {
        try requireModule(.add)
        if request.isSafeUpgrade {
            try await SafeUpgrade(package: package, folder: FilePath(settings.temporaryFolder)).mark()
        }
        let conf = try await register(isImplied: isImplied)
        return try await run(.postAdd, conf?.hooks.postAdd)
    }

    /// - Returns: nil where another run has registered it meanwhile, which is as good for a build.
    private mutating func register(isImplied: Bool) async throws(EngineStop) -> EngineConf? {
        let lock = try await locked(request.module)
        defer { lock.hold() }
        guard !tree.isAdded(package) else {
            if isImplied { return nil }
            throw EngineStop(
                3, "DKMS tree already contains: \(package)",
                "You cannot add the same module/version combo more than once.")
        }
        let source = tree.sourceFolder(package)
        guard Files.isDirectory(source) else {
            throw EngineStop(
                2, "Could not find module source directory.", "Directory: \(source) does not exist.")
        }
        let file = request.conf.map { FilePath($0) } ?? source.appending("dkms.conf")
        let conf = try await readConf(builds[0], file: file, isStrict: true)
        console.say("Creating symlink \(tree.source(package)) -> \(source)")
        try stopping { () throws(Diagnostic) in
            do throws(Errno) {
                try Files.makeDirectories(tree.buildFolder(package))
                // Left by a tarball without sources.
                if (try? Files.status(tree.source(package)))?.kind == .directory {
                    try Files.removeTree(tree.source(package))
                }
            } catch {
                throw .file("create", tree.buildFolder(package), error)
            }
            try Files.replaceWithLink(tree.source(package), to: source.string)
        }
        return conf
    }

    /// Copies a folder with a dkms.conf to the source tree, and takes its name and version (dkms 3.4.3,
    /// `add_source_tree`).
    mutating func addSourceFolder(_ given: String) async throws(EngineStop) {
        guard let folder = try? Files.canonical(FilePath(given)),
            Files.isRegularFile(folder.appending("dkms.conf"))
        else { throw EngineStop(9, "\(given) must contain a dkms.conf file!") }
        try requireRights(root: true)
        let conf = try await readConf(builds[0], file: folder.appending("dkms.conf"))
        request.module = conf.name
        request.version = conf.version
        let target = tree.sourceFolder(package)
        if request.isForced, Files.isDirectory(target) {
            console.complain("")
            console.complain("Forcing install of \(package)")
            guard folder != (try? Files.canonical(target)) else { return }
            try replace(target, by: folder)
            return
        }
        let canonical = { (path: FilePath) in try? Files.canonical(path) }
        // It may be in its place already, or be looked at through the dkms tree.
        for place in [target, tree.source(package), tree.buildFolder(package)]
        where canonical(place) == folder {
            return
        }
        try stopping { () throws(Diagnostic) in
            try copyWhole(folder, to: target)
        }
    }

    /// The old source stays until the new one is complete beside it.
    private func replace(_ target: FilePath, by folder: FilePath) throws(EngineStop) {
        let (staging, aside) = (staging(), staging())
        defer { try? Files.removeTree(staging) }
        try stopping { () throws(Diagnostic) in
            try Files.copyTree(folder, to: staging)
            do throws(Errno) {
                try Files.swap(staging, target, aside: aside)
            } catch {
                throw .file("replace", target, error)
            }
        }
    }

    /// A new hidden name beside the sources.
    private func staging() -> FilePath {
        tree.sources.appending(".\(package.module)-\(package.version).\(Files.uniqueName())")
    }

    /// A source tree appears whole; one that is there already is written over, as dkms does.
    private func copyWhole(_ folder: FilePath, to target: FilePath) throws(Diagnostic) {
        guard !Files.exists(target) else { return try Files.copyTree(folder, to: target) }
        let staging = staging()
        do throws(Diagnostic) {
            try Files.copyTree(folder, to: staging)
            do throws(Errno) {
                try Files.rename(staging, to: target)
            } catch {
                throw .file("rename", staging, error)
            }
        } catch {
            try? Files.removeTree(staging)
            throw error
        }
    }
}

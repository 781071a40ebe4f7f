import Diagnostics
import Streams
import SystemPackage

/// The module files of one package in one kernel's folder: where they are, and whether they are still its own.
struct InstalledModules {
    let tree: DkmsTree
    let package: DkmsTree.Package
    let build: DkmsTree.Build
    /// The compression suffix of the kernel's modules.
    let suffix: String
    /// What ``files(_:)`` is looked up in: found when it is first asked for, for all copies of the value.
    private let everywhere = FoundOnce<String, [String: [FilePath]]>()

    init(_ engine: Engine, _ build: DkmsTree.Build) {
        self.init(tree: engine.tree, package: engine.package, build: build)
    }

    init(tree: DkmsTree, package: DkmsTree.Package, build: DkmsTree.Build, suffix: String? = nil) {
        self.tree = tree
        self.package = package
        self.build = build
        self.suffix =
            suffix ?? ModuleStore.compressedSuffix(below: tree.installTree.appending(build.kernel))
    }

    /// The kernel's folder, as a text to which locations are appended.
    var kernelFolder: String { "\(tree.installTree)/\(build.kernel)" }

    func folder(_ location: String) -> FilePath { FilePath(kernelFolder + location) }

    /// The built module of a record.
    func built(_ record: EngineConf.Record) -> FilePath? {
        ModuleStore.file(record.destName, in: tree.modules(package, build), suffix: suffix)
    }

    /// Where the installed module of a record is, by the version that the active build has; nil where it is gone or
    /// another's (dkms 3.4.3, `find_actual_dest_module_location`).
    func location(_ record: EngineConf.Record) -> String? {
        let active = tree.activeLink(package.module, build).appending("module")
        let own = ModuleStore.file(record.destName, in: active, suffix: suffix)
        return record.possibleLocations.first { location in
            guard let file = installed(record, at: location) else { return false }
            return own.map { Self.isSameFile($0, file) } == true
                || ModuleVersion(own).version == ModuleVersion(file).version
        }
    }

    /// Whether the installed file of a record is the very one that was built: at the first place where a file of the
    /// active build's version is.
    func isInstalled(_ record: EngineConf.Record, as built: FilePath) -> Bool {
        for location in record.possibleLocations {
            guard let file = installed(record, at: location) else { continue }
            if Self.isSameFile(built, file) { return true }
            // Another version's file leaves the other place to be looked at.
            if ModuleVersion(built).version == ModuleVersion(file).version { return false }
        }
        return false
    }

    func installed(_ record: EngineConf.Record, at location: String) -> FilePath? {
        ModuleStore.file(record.destName, in: folder(location), suffix: suffix)
    }

    /// Every file of a record's name anywhere in the kernel's folder, sorted by path.
    ///
    /// The folder is walked once, whatever is asked after: who changes it calls ``forgetFiles()``.
    func files(_ record: EngineConf.Record) -> [FilePath] {
        let listing = everywhere.value(kernelFolder) { ModuleStore.listing(below: FilePath(kernelFolder)) }
        return ModuleStore.files(record.destName, in: listing, suffix: suffix)
    }

    /// To be called when the kernel's folder has been changed.
    func forgetFiles() { everywhere.forget() }

    /// The paths of all installed modules, for the weak-modules programs.
    func paths(_ conf: EngineConf) -> [FilePath] {
        conf.records.compactMap { record in location(record).flatMap { installed(record, at: $0) } }
    }

    static func isSameFile(_ first: FilePath, _ second: FilePath) -> Bool {
        guard let one = try? Files.status(first, following: true),
            let other = try? Files.status(second, following: true)
        else { return false }
        if one.inode == other.inode, one.device == other.device { return true }
        guard one.size == other.size, let bytes = try? Files.contents(first) else { return false }
        return (try? Files.contents(second)) == bytes
    }
}

import Diagnostics
import Kernels
import Settings
import SourceTree
import Streams
import SystemPackage

extension ReleaseFlags {
    /// The user's settings file: the one named, else `./mkdkms.yaml`; nil where there is none.
    ///
    /// What stands in TREE came with it: the file of its root holds as ``ownSettings(of:_:)`` has it, wherever the user
    /// stands, and that of a folder in it is none at all.
    /// - Throws: what ``SettingsFile`` throws.
    func settingsFile() throws(Diagnostic) -> SettingsFile? {
        if let named = namedSettings { return try SettingsFile(named, of: .user, targets: .known) }
        let path = FilePath(SettingsFile.defaultName)
        guard Files.exists(path), let folder = try? Files.canonical(".") else { return nil }
        guard !inputPlaces.contains(where: { Files.isDirectory($0) && folder.starts(with: $0) }) else {
            return nil
        }
        return try SettingsFile(path, of: .user, targets: .known)
    }

    private var namedSettings: FilePath? {
        (output.settings ?? EnvironmentOption.value("SETTINGS")).map { FilePath($0) }
    }

    /// Where TREE is, or would be: as it is named, and where links in its path lead.
    private var inputPlaces: [FilePath] {
        let parts = tree.tree.split(separator: "/", omittingEmptySubsequences: false)
        var named = [FilePath(tree.tree)]
        if parts.last == "dkms.conf" { named.append(FilePath(tree.tree).removingLastComponent()) }
        if parts.count == 2 { named.append(FilePath("/usr/src/\(parts[0])-\(parts[1])")) }
        var places: [FilePath] = []
        for path in named {
            if let real = try? Files.canonical(path.isEmpty ? "." : path) { places.append(real) }
            let parent = path.removingLastComponent()
            if let name = path.lastComponent, let folder = try? Files.canonical(parent.isEmpty ? "." : parent)
            {
                places.append(folder.appending(name).lexicallyNormalized())
            }
        }
        return places
    }

    /// A file that came with a tree, in its root.
    private static func settingsFile(
        _ path: FilePath, cameIn tree: SourceTree
    ) throws(Diagnostic) -> SettingsFile {
        guard let real = try? Files.canonical(path), real.starts(with: tree.root) else {
            throw .error(
                "link-outside", "\(path) leads out of the tree, and it came with it",
                hint: "put the file itself there"
                    + (tree.origin.isFolder ? "; where you trust it, say so: --settings \(path)" : ""))
        }
        return try SettingsFile(path, of: .tree(tree.root), targets: .known)
    }

    /// What the tree's own settings file says; nil without one, or where it is the user's.
    func ownSettings(of tree: SourceTree, _ events: WorkSink) throws(Diagnostic) -> SettingsFile? {
        let path = tree.root.appending(SettingsFile.defaultName)
        guard Files.exists(path) else { return nil }
        if let named = EnvironmentOption.settings?.path, let real = try? Files.canonical(path),
            (try? Files.canonical(named)) == real
        {
            return nil
        }
        do throws(Diagnostic) {
            let file = try Self.settingsFile(path, cameIn: tree)
            for warning in file.warnings { events(.diagnostic(tree.named(warning))) }
            return file
        } catch {
            throw tree.named(error)
        }
    }
}

extension TargetNames {
    /// What `--target` takes.
    static let known = TargetNames(distributions: Distribution.Name.allCases.map(\.rawValue)) { text in
        (try? Distribution(parsing: text)) != nil
    }
}

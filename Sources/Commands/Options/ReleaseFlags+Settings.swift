import Diagnostics
import Kernels
import Settings
import SourceTree
import Streams
import SystemPackage

extension ReleaseFlags {
    /// The user's settings file: the one named, else `./mkdkms.yaml`; nil where there is none.
    ///
    /// A file in the current folder that lies in TREE came with it, and is its own: who looks into a stranger's tree
    /// does not want its options.
    func settingsFile() throws(Diagnostic) -> SettingsFile? {
        if let named = namedSettings { return try SettingsFile(named, of: .user, targets: .known) }
        let path = FilePath(SettingsFile.defaultName)
        guard Files.exists(path), let folder = try? Files.canonical("."), !isInTree(folder) else {
            return nil
        }
        return try SettingsFile(path, of: .user, targets: .known)
    }

    private var namedSettings: FilePath? {
        (settings ?? EnvironmentOption.value("SETTINGS")).map { FilePath($0) }
    }

    private func isInTree(_ folder: FilePath) -> Bool {
        let parts = tree.tree.split(separator: "/", omittingEmptySubsequences: false)
        var candidates = [FilePath(tree.tree)]
        if parts.last == "dkms.conf" { candidates.append(FilePath(tree.tree).removingLastComponent()) }
        if parts.count == 2 { candidates.append(FilePath("/usr/src/\(parts[0])-\(parts[1])")) }
        return candidates.contains { candidate in
            guard let root = try? Files.canonical(candidate.isEmpty ? "." : candidate) else { return false }
            return Files.isDirectory(root) && folder.starts(with: root)
        }
    }

    /// What the tree's own settings file says; nil without one, or where it is the user's.
    func ownSettings(of tree: SourceTree, _ events: WorkSink) throws(Diagnostic) -> SettingsFile? {
        let path = tree.root.appending(SettingsFile.defaultName)
        guard Files.exists(path) else { return nil }
        guard let real = try? Files.canonical(path), real.starts(with: tree.root) else {
            throw .error(
                "link-outside", "\(path) leads out of the tree", hint: "put the file itself into the tree")
        }
        if let named = EnvironmentOption.settings?.path, (try? Files.canonical(named)) == real { return nil }
        let file = try SettingsFile(path, of: .tree(tree.root), targets: .known)
        for warning in file.warnings { events(.diagnostic(warning)) }
        return file
    }
}

extension TargetNames {
    /// What `--target` takes.
    static let known = TargetNames(distributions: Distribution.Name.allCases.map(\.rawValue)) { text in
        (try? Distribution(parsing: text)) != nil
    }
}

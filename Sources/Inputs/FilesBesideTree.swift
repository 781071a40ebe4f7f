package import Diagnostics
import SystemPackage

/// The files of a package that its tree does not carry, and so nothing that is made of the tree.
package struct FilesBesideTree: Hashable, Sendable {
    /// Where the package is.
    private let package: FilePath
    /// As they are installed, or, of a source package that doesn't say, as that has them.
    package let paths: [String]

    /// What every package has beside its tree.
    private static let usual = [
        "usr/src", "usr/share/doc", "usr/share/licenses", "usr/share/lintian", "usr/share/bug",
    ]

    /// - Parameter paths: of folders too; those on the way to a file are none.
    init(_ paths: [String], of package: FilePath) {
        self.package = package
        var folders: Set<FilePath> = []
        for path in paths + Self.usual {
            var folder = FilePath(path).removingLastComponent()
            while !folder.isEmpty, folders.insert(folder).inserted { folder.removeLastComponent() }
        }
        self.paths = paths.filter { !folders.contains(FilePath($0)) }.sorted()
    }

    /// Whether a path is none that every package has.
    static func isOne(_ path: String) -> Bool { !usual.contains { "\(path)/".hasPrefix("\($0)/") } }

    /// Says which they are; nil where there are none.
    ///
    /// - Parameter isGiven: what is shipped all the same, because the settings name it.
    package func warning(besides isGiven: (String) -> Bool = { _ in false }) -> Diagnostic? {
        let files = paths.filter { !isGiven($0) }
        guard !files.isEmpty else { return nil }
        let shown = files.prefix(10).joined(separator: ", ") + (files.count > 10 ? " and others" : "")
        return .warning(
            "files-left-out",
            "\(package) has files beside its tree, which what is made of it lacks: \(shown)",
            hint: "name those that the module needs under files: of mkdkms.yaml")
    }
}

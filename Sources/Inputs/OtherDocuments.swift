import Diagnostics
import Streams
import SystemPackage

/// The documentation of a package that is neither carried nor in the tree.
struct OtherDocuments {
    private static let folders = ["usr/share/doc", "usr/share/licenses"]

    private var paths: [String] = []

    /// Takes a path of the package, if it is one of documentation.
    mutating func note(_ path: String) {
        // The folder of the package's name may be a link to that of another one.
        guard
            Self.folders.contains(where: {
                path.hasPrefix("\($0)/") && path.dropFirst($0.count + 1).contains("/")
            })
        else { return }
        paths.append(path)
    }

    /// Which of them are lost.
    ///
    /// - Parameter isCarried: what packages made of it have under whatever name.
    func left(besides tree: FilePath, _ isCarried: (String) -> Bool) -> [String] {
        var folders: Set<FilePath> = []
        for path in paths { folders.insert(FilePath(path).removingLastComponent()) }
        let known = Set(((try? Files.names(in: tree)) ?? []).map { $0.lowercased() })
        let hasNews = known.contains { $0.hasPrefix("change") || $0.hasPrefix("news") }
        return paths.filter { path in
            guard !isCarried(path), !folders.contains(FilePath(path)) else { return false }
            let name = Self.name(path)
            // Debian calls those of the authors so, whatever they do.
            return !(known.contains(name) || name == "changelog" && hasNews)
        }
    }

    /// In small letters, and as if it were not compressed.
    private static func name(_ path: String) -> String {
        let name = (FilePath(path).lastComponent?.string ?? "").lowercased()
        return name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    }
}

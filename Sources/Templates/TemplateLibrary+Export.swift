package import Diagnostics
import Streams
package import SystemPackage

/// Templates as files that can be changed.
extension TemplateLibrary {
    /// The names that a word stands for: a template's own, or all those of a folder such as `deb-dkms`.
    ///
    /// - Throws: `unknown-template`.
    package func names(matching word: String) throws(Diagnostic) -> [String] {
        let folder = word.hasSuffix("/") ? word : word + "/"
        let inside = names.filter { $0.hasPrefix(folder) }
        return inside.isEmpty ? [try source(word).name] : inside
    }

    /// Writes the templates in effect under `names` into `folder`, laid out as a template folder is.
    ///
    /// Nothing is written where one of them is there already, unless `replacing`.
    /// - Returns: the files, in the order of `names`.
    /// - Throws: `file-exists`; what ``source(_:)`` throws.
    package func export(
        _ names: [String], to folder: FilePath, replacing: Bool
    ) throws(Diagnostic) -> [FilePath] {
        var sources: [(path: FilePath, text: String)] = []
        for name in names { sources.append((folder.appending(name), try source(name).text)) }
        let present = sources.map(\.path).filter { Files.exists($0) }
        guard replacing || present.isEmpty else {
            throw .error(
                "file-exists", "there is already \(present.map(\.string).joined(separator: ", "))",
                hint:
                    "name the templates that are wanted, choose another folder, or replace them with --force")
        }
        for (path, text) in sources {
            let parent = path.removingLastComponent()
            do {
                try Files.makeDirectories(parent)
            } catch {
                throw .file("create", parent, error)
            }
            var file = try OutputFile(path)
            try file.write(Array(text.utf8).span)
            try file.commit()
        }
        return sources.map(\.path)
    }
}

import Archive
import Diagnostics
import Settings
import Templates

/// The files beside the module as sources of a recipe, PKGBUILD or APKBUILD: names without folders, and the commands that
/// put the files in place.
struct RecipePayload {
    private(set) var sources: [(name: String, content: FileContent)] = []
    /// Lines of package(), each with its line break in front.
    private(set) var commands = ""

    /// - Parameter taken: the names of the recipe's other sources.
    init(_ files: CommonFiles, besides taken: [String]) throws(Diagnostic) {
        var names = Set(taken)
        for placement in files.placements.sorted(by: { $0.path < $1.path }) {
            let parts = placement.path.split(separator: "/")
            var name = Self.plain(String(parts.last ?? ""))
            if names.contains(name) { name = Self.plain(parts.joined(separator: "-")) }
            while !names.insert(name).inserted { name += "_" }
            sources.append((name: name, content: placement.file.content))
            let mode = String(placement.permissions, radix: 8)
            let target = try Quoting.shell.quote(placement.path)
            commands += "\n\tinstall -D -m \(mode) \"$srcdir/\(name)\" \"$pkgdir/\"\(target)"
        }
    }

    /// A name that is one word in any recipe, and to makepkg no signature of another source.
    private static func plain(_ name: String) -> String {
        let word = String(
            name.map { $0.isASCII && ($0.isLetter || $0.isNumber) || "._+-".contains($0) ? $0 : "_" })
        return [".sig", ".sign", ".asc"].contains { word.hasSuffix($0) } ? word + "_" : word
    }
}

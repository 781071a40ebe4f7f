import Archive
import Diagnostics
import Streams
import SystemPackage
import Tools

/// A unified diff that a source package has applied to its tree.
struct SourcePatch {
    /// How messages call it.
    let name: String
    let text: [UInt8]
    /// How many components of each name are cut off, as `-p` of patch(1) says.
    let strip: Int

    /// Reads a patch, compressed or not.
    init(file: FilePath, strip: Int) throws(Diagnostic) {
        name = file.lastComponent?.string ?? file.string
        do {
            guard try Files.status(file, following: true).size > 0 else {
                text = []
                self.strip = strip
                return
            }
        } catch {
            throw .file("read", file, error)
        }
        text = try ArchiveSource.file(file).decompressed()
        self.strip = strip
        try checkNames()
    }

    /// Applies it to the tree, whole or not at all: no fuzz, as dpkg-source and rpmbuild ask for.
    ///
    /// patch(1) itself follows no link and leaves no folder; the names are checked here all the same.
    func apply(to tree: FilePath) async throws(Diagnostic) {
        // A patch may be of comments only.
        guard !text.isEmpty else { return }
        let program = Program(
            "patch",
            [
                "--strip=\(strip)", "--unified", "--batch", "--forward", "--fuzz=0", "--silent",
                "--remove-empty-files",
                "--no-backup-if-mismatch", "--version-control=never", "--reject-file=-",
                "--directory=\(tree.string)",
            ])
        let outcome = try await program.capture(input: text)
        guard outcome.status != 0 else { return }
        let words = String(decoding: outcome.output + outcome.errorOutput, as: UTF8.self)
        // Without a single hunk there is nothing to do; patch calls that garbage.
        if words.contains("Only garbage was found"), !hasHunk { return }
        throw .error(
            "patch-failed",
            "the patch \(name) does not apply: \(words.split(separator: "\n").joined(separator: "; "))",
            hint: "unpack the source package with its own tools, and give the folder")
    }

    private var lines: [Substring] { String(decoding: text, as: UTF8.self).lines }

    private var hasHunk: Bool { lines.contains { $0.hasPrefix("@@ ") } }

    /// - Throws: `unsafe-patch` for names that lead out of the tree and for links.
    private func checkNames() throws(Diagnostic) {
        for line in lines {
            if ["new file mode 12", "new mode 12"].contains(where: line.hasPrefix) {
                throw unsafe("makes a link")
            }
            let marks = [
                "--- ", "+++ ", "rename from ", "rename to ", "copy from ", "copy to ", "Index: ",
                "diff --git ",
            ]
            guard let mark = marks.first(where: line.hasPrefix) else { continue }
            // A name ends with a tab where a time follows; those of git stand side by side.
            let names = line.dropFirst(mark.count).split(separator: "\t").first ?? ""
            for name in mark == "diff --git " ? names.split(separator: " ") : [names] {
                let parts = name.split(separator: "/").map { $0.trimmingQuotes }
                let isNowhere = name.hasPrefix("/dev/null")
                if !isNowhere, name.hasPrefix("/") || name.hasPrefix("\"/") || parts.contains("..") {
                    // A removed line of a diff may begin so too; patch(1) would not take it for a name, but no kernel
                    // source has such a line.
                    throw unsafe("names \(name)")
                }
            }
        }
    }

    private func unsafe(_ reason: String) -> Diagnostic {
        .error(
            "unsafe-patch", "the patch \(name) \(reason)",
            hint: "don't use this source package; it was damaged or made to do harm")
    }
}

extension Substring {
    fileprivate var trimmingQuotes: Substring {
        var text = self
        while text.first == "\"" { text.removeFirst() }
        while text.last == "\"" { text.removeLast() }
        return text
    }
}

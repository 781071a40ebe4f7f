import Cryptography
package import Diagnostics
import Streams
package import SystemPackage

/// A file that a .dsc names, as the strongest of its lists describes it (dsc(5)).
package struct DebSourceFile: Hashable, Sendable {
    package let name: String
    package let size: Int64
    private let algorithm: DigestAlgorithm
    private let digest: String

    /// Those that a .dsc names.
    ///
    /// - Parameters:
    ///   - control: its fields.
    ///   - file: where it is, for messages.
    /// - Throws: `bad-dsc` where it lists none, or what is no list.
    package static func files(
        of control: ControlFields, in file: FilePath
    ) throws(Diagnostic) -> [DebSourceFile] {
        let lists: [(field: String, algorithm: DigestAlgorithm)] = [
            ("Checksums-Sha256", .sha256), ("Checksums-Sha1", .sha1), ("Files", .md5),
        ]
        var files: [DebSourceFile] = []
        let strongest = lists.first { control[$0.field] != nil }
        for line in strongest.flatMap({ control[$0.field] })?.split(separator: "\n") ?? [] {
            let columns = line.split(separator: " ")
            guard let strongest, columns.count == 3, let name = columns.last, PlainName.isPlain(name),
                let size = Int64(columns[1])
            else { throw damaged(file, "it has the line \(line.prefix(80))") }
            files.append(
                DebSourceFile(
                    name: String(name), size: size, algorithm: strongest.algorithm,
                    digest: columns[0].lowercased()))
        }
        guard !files.isEmpty else { throw damaged(file, "it lists no files") }
        return files
    }

    /// Whether the file beside its .dsc is the one that it means.
    ///
    /// - Throws: `missing-source`; `bad-digest`; `file-error`.
    package func check(beside dsc: FilePath) throws(Diagnostic) {
        let file = dsc.removingLastComponent().appending(name)
        guard let status = try? Files.status(file, following: true), status.kind == .regular else {
            throw .error(
                "missing-source", "there is no \(file), which the .dsc names",
                hint: "put the files of the source package beside its .dsc")
        }
        guard status.size == size, try FileDigests([algorithm], of: file).hex(algorithm) == digest else {
            throw .error(
                "bad-digest",
                "\(file) is not the file that the .dsc means: its size or \(algorithm.rawValue) differs",
                hint: "put the files of the source package beside its .dsc")
        }
    }

    private static func damaged(_ dsc: FilePath, _ reason: String) -> Diagnostic {
        .error(
            "bad-dsc", "cannot read \(dsc) as a .dsc: \(reason)",
            hint: "write it anew with deb --kind source, or take it out of the folder")
    }
}

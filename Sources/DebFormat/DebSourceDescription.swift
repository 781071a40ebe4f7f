import Cryptography
package import Diagnostics
import Streams
package import SystemPackage

/// A .dsc, and the files beside it that it names (dsc(5)).
package struct DebSourceDescription: Sendable {
    package let path: FilePath
    package let control: ControlFields
    /// In the order of the strongest of its lists.
    package let names: [String]

    /// A file as that list has it.
    private struct Listed {
        let name: String
        let size: Int64
        let digest: String
    }

    private static let lists: [(field: String, algorithm: DigestAlgorithm)] = [
        ("Checksums-Sha256", .sha256), ("Checksums-Sha1", .sha1), ("Files", .md5),
    ]

    /// Reads a .dsc, signed or not, and checks the files beside it; the signature is the archive's business, not ours.
    ///
    /// - Throws: `bad-dsc`; `missing-source` and `bad-digest` for a file beside it; `file-error`.
    package init(_ path: FilePath) throws(Diagnostic) {
        self.path = path
        do throws(Diagnostic) {
            control = try ControlFields(parsing: Self.signed(try Files.readText(path)))
        } catch {
            guard error.code == "bad-control" else { throw error }
            throw Self.damaged(path, error.message)
        }
        guard control["Source"] != nil, control["Version"] != nil else {
            throw Self.damaged(path, "it names no source and version")
        }
        let control = control
        guard let strongest = Self.lists.first(where: { control[$0.field] != nil }) else {
            throw Self.damaged(path, "it lists no files")
        }
        var names: [String] = []
        for line in (control[strongest.field] ?? "").lines where !line.isEmpty {
            let columns = line.split(separator: " ")
            guard columns.count == 3, let size = Int64(columns[1]), PlainName.isPlain(columns[2]) else {
                throw Self.damaged(path, "its \(strongest.field) has the line \(line.prefix(80))")
            }
            names.append(String(columns[2]))
            try Self.check(
                Listed(name: String(columns[2]), size: size, digest: columns[0].lowercased()),
                strongest.algorithm,
                beside: path)
        }
        self.names = names
    }

    /// What is signed of a text in the armour of RFC 9580, section 7; another text as it is.
    private static func signed(_ text: String) -> String {
        guard text.hasPrefix("-----BEGIN PGP SIGNED MESSAGE-----") else { return text }
        let lines = text.lines
        return lines.drop { !$0.allSatisfy(\.isWhitespace) }.dropFirst()
            .prefix { !$0.hasPrefix("-----BEGIN PGP SIGNATURE-----") }
            .map { $0.hasPrefix("- ") ? $0.dropFirst(2) : $0 }.joined(separator: "\n")
    }

    private static func check(
        _ listed: Listed, _ algorithm: DigestAlgorithm, beside dsc: FilePath
    ) throws(Diagnostic) {
        let file = dsc.removingLastComponent().appending(listed.name)
        guard let status = try? Files.status(file, following: true), status.kind == .regular else {
            throw .error(
                "missing-source", "there is no \(file), which the .dsc names",
                hint: "put the files of the source package beside its .dsc")
        }
        guard status.size == listed.size,
            try FileDigests([algorithm], of: file).hex(algorithm) == listed.digest
        else {
            throw .error(
                "bad-digest",
                "\(file) is not the file that the .dsc means: its size or \(algorithm.rawValue) differs",
                hint: "fetch the source package again, or write it anew")
        }
    }

    package static func damaged(_ dsc: FilePath, _ reason: String) -> Diagnostic {
        .error(
            "bad-dsc", "cannot read \(dsc) as a .dsc: \(reason)",
            hint: "fetch the source package again, or write it anew")
    }
}

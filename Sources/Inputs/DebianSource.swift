import Cryptography
import DebFormat
import Diagnostics
import Streams
import SystemPackage

/// A Debian source package: its .dsc, and the files beside that it names (dsc(5)).
struct DebianSource {
    let dsc: FilePath
    let control: ControlFields
    /// The names of the files, each checked against its size and digest.
    let names: [String]

    /// Reads a .dsc, signed or not, and checks the files beside it; the signature is the archive's business, not ours.
    ///
    /// - Throws: `bad-dsc`; `missing-source` and `bad-digest` for a file beside it; `file-error`.
    init(_ dsc: FilePath) throws(Diagnostic) {
        let control: ControlFields
        do throws(Diagnostic) {
            control = try ControlFields(parsing: Self.signed(try Files.readText(dsc)))
        } catch {
            guard error.code == "bad-control" else { throw error }
            throw Self.damaged(dsc, error.message)
        }
        guard control["Source"] != nil, control["Version"] != nil else {
            throw Self.damaged(dsc, "it names no source and version")
        }
        let lists: [(field: String, algorithm: DigestAlgorithm)] = [
            ("Checksums-Sha256", .sha256), ("Checksums-Sha1", .sha1), ("Files", .md5),
        ]
        guard let strongest = lists.first(where: { control[$0.field] != nil }) else {
            throw Self.damaged(dsc, "it lists no files")
        }
        var names: [String] = []
        for line in (control[strongest.field] ?? "").split(separator: "\n") {
            let columns = line.split(separator: " ")
            guard columns.count == 3, let size = Int64(columns[1]), PlainName.isPlain(columns[2]) else {
                throw Self.damaged(dsc, "its \(strongest.field) has the line \(line.prefix(80))")
            }
            names.append(String(columns[2]))
            try Self.check(
                dsc.removingLastComponent().appending(String(columns[2])), size, strongest.algorithm,
                String(columns[0]))
        }
        self.dsc = dsc
        self.control = control
        self.names = names
    }

    func file(_ name: String) -> FilePath { dsc.removingLastComponent().appending(name) }

    /// The version without epoch and revision.
    var upstreamVersion: String { DebianVersion(control["Version"] ?? "").upstream }

    /// What is signed of a text in the armour of RFC 9580, section 7; another text as it is.
    private static func signed(_ text: String) -> String {
        guard text.hasPrefix("-----BEGIN PGP SIGNED MESSAGE-----") else { return text }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.drop { !$0.allSatisfy(\.isWhitespace) }.dropFirst()
            .prefix { !$0.hasPrefix("-----BEGIN PGP SIGNATURE-----") }
            .map { $0.hasPrefix("- ") ? $0.dropFirst(2) : $0 }.joined(separator: "\n")
    }

    private static func check(
        _ file: FilePath, _ size: Int64, _ algorithm: DigestAlgorithm, _ stated: String
    ) throws(Diagnostic) {
        guard let status = try? Files.status(file, following: true), status.kind == .regular else {
            throw .error(
                "missing-source", "there is no \(file), which the .dsc names",
                hint: "put the files of the source package beside its .dsc")
        }
        guard status.size == size,
            try FileDigests([algorithm], of: file).hex(algorithm) == stated.lowercased()
        else {
            throw .error(
                "bad-digest",
                "\(file) is not the file that the .dsc means: its size or \(algorithm.rawValue) differs",
                hint: "fetch the source package again")
        }
    }

    static func damaged(_ dsc: FilePath, _ reason: String) -> Diagnostic {
        .error("bad-dsc", "cannot read \(dsc) as a .dsc: \(reason)", hint: "fetch the source package again")
    }
}

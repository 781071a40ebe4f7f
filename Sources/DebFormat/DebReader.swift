package import Archive
import Cryptography
package import Diagnostics
import Streams
package import SystemPackage

/// Reads a .deb of format 2.0, whoever made it, with control and data in any compression.
package struct DebReader: Sendable {
    /// What a control archive may hold at most; real ones are far below.
    private static let controlLimit = 64 << 20

    package let path: FilePath
    package let control: ControlFields
    package let scripts: [DebPackage.Script: String]
    /// Its script of questions to the administrator (debconf-devel(7)); nil where it asks none.
    package let debconf: String?
    /// Absolute paths, without dpkg's flags such as `remove-on-upgrade`.
    package let conffiles: [String]
    package let triggers: [String]
    /// MD5 in lower-case hex by path, as the package itself states it.
    package let md5sums: [String: String]
    /// The names of the archives inside, such as `control.tar.xz` and `data.tar.xz`.
    package let memberNames: [String]
    /// What a signature is made over, in this order.
    package let signedRanges: [Range<Int64>]
    private let signatureRange: Range<Int64>?
    private let controlRange: Range<Int64>
    private let dataRange: Range<Int64>

    /// Reads everything but the data.
    ///
    /// - Throws: `bad-deb` for a file that is no .deb, is cut off, or whose control archive is damaged;
    ///   `file-error`.
    package init(_ path: FilePath) throws(Diagnostic) {
        let members = try DebMembers(path)
        self.path = path
        controlRange = members.control
        dataRange = members.data
        signedRanges = [members.version, members.control, members.data]
        signatureRange = members.signature
        memberNames = members.names
        let texts = try Self.debFault(path) { () throws(Diagnostic) in
            try Self.controlTexts(path, members.control)
        }
        guard let text = texts["control"] else { throw Self.damaged(path, "it has no control file") }
        control = try Self.debFault(path) { () throws(Diagnostic) in try ControlFields(parsing: text) }
        guard control["Package"] != nil, control["Version"] != nil, control["Architecture"] != nil else {
            throw Self.damaged(path, "its control file names no package, version and architecture")
        }
        scripts = Dictionary(
            uniqueKeysWithValues: DebPackage.Script.allCases.compactMap { script in
                texts[script.rawValue].map { (script, $0) }
            })
        debconf = texts["config"]
        conffiles = Self.lines(texts["conffiles"]).compactMap { line in
            line.split(separator: " ").last { $0.hasPrefix("/") }.map(String.init)
        }
        triggers = Self.lines(texts["triggers"])
        md5sums = Dictionary(
            Self.lines(texts["md5sums"]).compactMap { line in
                guard line.utf8.count > 34, let path = line.split(separator: " ", maxSplits: 1).last else {
                    return nil
                }
                return (String(path.drop { $0 == " " || $0 == "*" }), String(line.prefix(32)))
            }, uniquingKeysWith: { first, _ in first })
    }

    /// A SHA-256 in lower-case hex over what it installs and says of itself: no signature, nor any other member beside
    /// these, makes a difference to it.
    package func contentDigest() throws(Diagnostic) -> String {
        var text = ""
        for (name, range) in zip(memberNames, [controlRange, dataRange]) {
            text += "\(try FileDigests([.sha256], of: path, in: range).hex(.sha256))  \(name)\n"
        }
        return DigestAlgorithm.sha256.hexHash(Array(text.utf8))
    }

    /// The signature of its origin, as debsigs makes it; nil where it has none.
    package func signature() throws(Diagnostic) -> [UInt8]? {
        guard let signatureRange else { return nil }
        var bytes: [UInt8] = []
        try Files.forEachChunk(of: path, in: signatureRange) { chunk in
            for index in chunk.indices { bytes.append(chunk[index]) }
        }
        return bytes
    }

    /// The members of the data archive, in order, for reading them one by one; its faults say `bad-archive`.
    package func data() throws(Diagnostic) -> ArchiveReader { try ArchiveReader(.range(path, dataRange)) }

    /// Hands over every member of the data archive, each with the reader positioned at its content.
    ///
    /// - Throws: `bad-deb` when the data is damaged or cut off.
    package func forEachMember(
        _ body: (ArchiveMember, inout ArchiveReader) throws(Diagnostic) -> Void
    ) throws(Diagnostic) {
        try Self.debFault(path) { () throws(Diagnostic) in
            var reader = try data()
            while let member = try reader.next() { try body(member, &reader) }
        }
    }

    /// Extracts the data beneath a folder, which has to exist.
    ///
    /// - Throws: `bad-deb`; `unsafe-archive`; `file-error`.
    package func extract(
        into folder: FilePath, where isWanted: (String) -> Bool = { _ in true }
    ) throws(Diagnostic) {
        try Self.debFault(path) { () throws(Diagnostic) in
            var reader = try data()
            try ArchiveExtraction(into: folder).extract(&reader, where: isWanted)
        }
    }

    private static func controlTexts(
        _ path: FilePath, _ range: Range<Int64>
    ) throws(Diagnostic) -> [String: String] {
        var reader = try ArchiveReader(.range(path, range))
        var texts: [String: String] = [:]
        var budget = controlLimit
        while let member = try reader.next() {
            guard member.kind == .file, let name = member.relativePath else { continue }
            let bytes = try reader.readAll(limit: budget)
            budget -= bytes.count
            texts[name] = String(decoding: bytes, as: UTF8.self)
        }
        return texts
    }

    private static func lines(_ text: String?) -> [String] {
        (text ?? "").lines.filter { !$0.allSatisfy(\.isWhitespace) }.map(String.init)
    }

    /// Faults of the archives inside are faults of the .deb.
    private static func debFault<Value>(
        _ path: FilePath, _ body: () throws(Diagnostic) -> Value
    ) throws(Diagnostic) -> Value {
        do throws(Diagnostic) {
            return try body()
        } catch {
            guard ["bad-archive", "bad-control", "too-large"].contains(error.code) else { throw error }
            throw damaged(path, error.message)
        }
    }

    static func damaged(_ path: FilePath, _ reason: String) -> Diagnostic {
        .error(
            "bad-deb", "cannot read \(path) as a .deb: \(reason)",
            hint: "fetch or make the file again; it seems to be cut off, damaged or something else")
    }
}

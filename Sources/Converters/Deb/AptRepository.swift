import Archive
import Compression
import Cryptography
import DebFormat
import Diagnostics
import Streams
import SystemPackage

/// A folder of .deb files as a repository that apt reads: a flat one, everything in one folder (sources.list(5)).
///
/// `Packages` and `Sources` say what is there, `Release` vouches for them, and a signature for that; all packages of the
/// folder are in it, those of earlier releases too. The lists are there under their digests as well, the previous ones with
/// them: apt takes them by the digest that its `InRelease` names, so its lists belong together at every moment. A package that
/// is replaced under its own name has but the new content: each release wants a revision of its own.
struct AptRepository: PackageRepository {
    /// Where apt looks for lists by their digests (Acquire-By-Hash).
    private static let byHash = "by-hash/SHA256"

    let folder: FilePath
    private let epoch: Int64
    private let threads: Int
    private let signer: OpenPGPSigner?

    /// - Parameter settings: without a signer apt has to be told `trusted=yes`.
    init(_ folder: FilePath, _ settings: ReleaseSettings) {
        self.folder = folder
        epoch = settings.epoch
        threads = settings.threads
        signer = settings.packageSigner
    }

    static func isAt(_ folder: FilePath) -> Bool {
        ["InRelease", "Release", "Packages"].contains { Files.isRegularFile(folder.appending($0)) }
    }

    static func check(_ folder: FilePath, hasKey: Bool) throws(Diagnostic) {
        if !hasKey { try OpenPGPSigner.demandKey(over: folder.appending("InRelease")) }
    }

    func prepare(in stage: FilePath) async throws(Diagnostic) -> RepositoryIndex {
        var index = RepositoryIndex()
        let packages = try readable(try files(with: stage, ending: ".deb"), &index, Self.binary)
        let sources = try readable(
            try files(with: stage, ending: ".dsc"), &index,
            hint: "write it anew with deb --kind source, or take it away", Self.source)
        var listed: [Listed] = []
        for (name, paragraphs) in [("Packages", packages), ("Sources", sources)]
        where name == "Packages" || !paragraphs.isEmpty {
            let bytes = Array(paragraphs.map(\.text).joined(separator: "\n").utf8)
            listed += [Listed(name, bytes), Listed("\(name).xz", try compressed(bytes))]
        }
        let previous = try previous("Release").map { (text) throws(Diagnostic) in
            try ControlFields(parsing: text)
        }
        let release = release(listed, packages, after: previous)
        var contents = listed.map { (name: "\(Self.byHash)/\($0.sha256)", bytes: $0.bytes) }
        contents += listed.map { (name: $0.name, bytes: $0.bytes) }
        if let signer {
            let bytes = Array(release.utf8)
            contents.append((name: "archive-key.asc", bytes: try await signer.publicKey()))
            contents.append((name: "Release.gpg", bytes: try await signer.detach(bytes, armor: true)))
            contents.append((name: "Release", bytes: bytes))
            contents.append((name: "InRelease", bytes: try await signer.clearsign(release)))
        } else {
            contents.append((name: "Release", bytes: Array(release.utf8)))
        }
        do {
            try Files.makeDirectories(stage.pushing(FilePath(Self.byHash)))
        } catch {
            throw .file("create", stage, error)
        }
        for (name, bytes) in contents { try Files.write(bytes, to: stage.pushing(FilePath(name))) }
        index.files = contents.map(\.name)
        index.obsolete = obsolete(index.files, previous)
        return index
    }

    /// What is neither of this repository nor of the one before, whose list clients may have read just now.
    private func obsolete(_ files: [String], _ previous: ControlFields?) -> [String] {
        let known = (previous?["SHA256"] ?? "").split(separator: "\n").compactMap {
            $0.split(separator: " ").first
        }
        let lists = (try? Files.names(in: folder.pushing(FilePath(Self.byHash)))) ?? []
        let kept = Set(files + known.map { "\(Self.byHash)/\($0)" })
        // A signature over another list vouches for nothing.
        let own = ["Sources", "Sources.xz", "Release.gpg", "InRelease"].filter {
            Files.exists(folder.appending($0))
        }
        return (lists.map { "\(Self.byHash)/\($0)" } + own).filter { !kept.contains($0) }
    }

    /// The paragraph of a package: its control file, and where the file is.
    private static func binary(_ name: String, _ path: FilePath) throws(Diagnostic) -> ControlFields {
        var fields = try DebReader(path).control
        let file = try FileDigests([.md5, .sha256], of: path)
        fields["Filename"] = "./\(name)"
        fields["Size"] = String(file.size)
        fields["MD5sum"] = file.hex(.md5)
        fields["SHA256"] = file.hex(.sha256)
        return fields
    }

    /// The paragraph of a source package: its .dsc, which the lists of files then name too (Debian Policy 5.4).
    private static func source(_ name: String, _ path: FilePath) throws(Diagnostic) -> ControlFields {
        let file = try FileDigests([.md5, .sha1, .sha256], of: path)
        let description = try DebSourceDescription(path).control
        var fields = ControlFields()
        fields["Package"] = description["Source"]
        for field in description.fields where field.name != "Source" { fields[field.name] = field.value }
        let lists: [(String, DigestAlgorithm)] = [
            ("Files", .md5), ("Checksums-Sha1", .sha1), ("Checksums-Sha256", .sha256),
        ]
        for (list, algorithm) in lists {
            fields[list] = "\n\(file.hex(algorithm)) \(file.size) \(name)" + (fields[list] ?? "")
        }
        fields["Directory"] = "."
        return fields
    }

    /// apt keeps what it has where the date goes back, without a word: an older tree may not take it there.
    private func date(after previous: ControlFields?) -> Int64 {
        max(epoch, previous?["Date"].flatMap(CalendarDate.seconds(rfc2822:)) ?? epoch)
    }

    /// What names the repository stays what it was, by the first release or by hand: apt asks its users before it takes another.
    private func release(
        _ listed: [Listed], _ packages: [ControlFields], after previous: ControlFields?
    ) -> String {
        let origin = packages.first.map { package in
            (package["Source"] ?? package["Package"] ?? "").prefix { $0 != " " }.description
        }
        let architectures = Set(packages.compactMap { $0["Architecture"] })
        return ControlFields([
            "Origin": previous?["Origin"] ?? origin ?? "", "Label": previous?["Label"] ?? origin ?? "",
            "Suite": previous?["Suite"] ?? "", "Version": previous?["Version"] ?? "",
            "Codename": previous?["Codename"] ?? "",
            "Date": CalendarDate(date(after: previous)).rfc2822,
            "Architectures": architectures.sorted().joined(separator: " "),
            "Acquire-By-Hash": "yes",
            "SHA256": listed.map { "\n\($0.sha256) \($0.bytes.count) \($0.name)" }.joined(),
        ]).text
    }

    private func compressed(_ bytes: [UInt8]) throws(Diagnostic) -> [UInt8] {
        var compressor = try Compressor(CompressionSettings(.xz, threads: threads), into: MemorySink())
        try compressor.write(bytes)
        return try compressor.finish().bytes
    }

    /// A file that `Release` vouches for.
    private struct Listed {
        let name: String
        let bytes: [UInt8]
        let sha256: String

        init(_ name: String, _ bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
            sha256 = DigestAlgorithm.sha256.hexHash(bytes)
        }
    }
}

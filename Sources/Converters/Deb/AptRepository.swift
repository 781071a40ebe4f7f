import Archive
import Compression
import Cryptography
import DebFormat
package import Diagnostics
import Streams
package import SystemPackage

/// A folder of .deb files as a repository that apt reads: a flat one, everything in one folder (sources.list(5)).
///
/// `Packages` and `Sources` say what is there, `Release` vouches for them, and a signature for that; all packages of the
/// folder are in it, those of earlier releases too.
package struct AptRepository {
    private let folder: FilePath
    private let epoch: Int64
    private let threads: Int
    private let signer: OpenPGPSigner?

    /// - Parameter settings: their epoch dates the repository, their signer signs it; without one apt has to be told
    ///   `trusted=yes`.
    package init(_ folder: FilePath, _ settings: ReleaseSettings) {
        self.folder = folder
        epoch = settings.epoch
        threads = settings.threads
        signer = settings.packageSigner
    }

    /// To be asked before anything is built.
    ///
    /// - Throws: `unsigned-repository` where a repository that is signed would be written without a key.
    package static func check(_ folder: FilePath, hasKey: Bool) throws(Diagnostic) {
        if !hasKey { try OpenPGPSigner.demandKey(over: folder.appending("InRelease")) }
    }

    /// Writes the indices, `Release` and, where there is a key, `InRelease`, `Release.gpg` and `archive-key.asc`.
    ///
    /// Signatures of an earlier run go first: they are not for what is written now.
    package func write() async throws(Diagnostic) {
        let names: [String]
        do {
            names = try Files.names(in: folder)
        } catch {
            throw .file("read", folder, error)
        }
        for name in ["InRelease", "Release.gpg"] where names.contains(name) {
            do {
                try Files.remove(folder.appending(name))
            } catch {
                throw .file("remove", folder.appending(name), error)
            }
        }
        let packages = try binaries(names.filter { $0.hasSuffix(".deb") })
        let sources = try sources(names.filter { $0.hasSuffix(".dsc") })
        var listed: [(name: String, bytes: [UInt8])] = []
        for (name, paragraphs) in [("Packages", packages), ("Sources", sources)]
        where name == "Packages" || !paragraphs.isEmpty {
            let bytes = Array(paragraphs.map(\.text).joined(separator: "\n").utf8)
            listed += [(name, bytes), ("\(name).xz", try compressed(bytes))]
        }
        for (name, bytes) in listed { try Files.write(bytes, to: folder.appending(name)) }
        let previous = try? ControlFields(parsing: Files.readText(folder.appending("Release")))
        let release = release(listed, packages, date: date(after: previous))
        try Files.write(Array(release.utf8), to: folder.appending("Release"))
        guard let signer else { return }
        try Files.write(try await signer.clearsign(release), to: folder.appending("InRelease"))
        try Files.write(
            try await signer.detach(Array(release.utf8), armor: true), to: folder.appending("Release.gpg"))
        try Files.write(try await signer.publicKey(), to: folder.appending("archive-key.asc"))
    }

    /// A paragraph for each package: its control file, and where the file is.
    private func binaries(_ names: [String]) throws(Diagnostic) -> [ControlFields] {
        var paragraphs: [ControlFields] = []
        for name in names.sorted() {
            let path = folder.appending(name)
            var fields = try DebReader(path).control
            let file = try digests(path)
            fields["Filename"] = "./\(name)"
            fields["Size"] = String(file.size)
            fields["MD5sum"] = file.hex(.md5)
            fields["SHA256"] = file.hex(.sha256)
            paragraphs.append(fields)
        }
        return paragraphs
    }

    /// A paragraph for each source package: its .dsc, which the lists of files then name too (Debian Policy 5.4).
    private func sources(_ names: [String]) throws(Diagnostic) -> [ControlFields] {
        var paragraphs: [ControlFields] = []
        for name in names.sorted() {
            let path = folder.appending(name)
            let file = try digests(path)
            let description = try ControlFields(parsing: try Files.readText(path))
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
            paragraphs.append(fields)
        }
        return paragraphs
    }

    /// apt keeps what it has where the date goes back, without a word: an older tree may not take it there.
    private func date(after previous: ControlFields?) -> Int64 {
        max(epoch, previous?["Date"].flatMap(CalendarDate.seconds(rfc2822:)) ?? epoch)
    }

    private func release(
        _ listed: [(name: String, bytes: [UInt8])], _ packages: [ControlFields], date: Int64
    ) -> String {
        let origin = packages.first.map { package in
            (package["Source"] ?? package["Package"] ?? "").prefix { $0 != " " }.description
        }
        let architectures = Set(packages.compactMap { $0["Architecture"] })
        return ControlFields([
            "Origin": origin ?? "", "Label": origin ?? "",
            "Date": CalendarDate(date).rfc2822,
            "Architectures": architectures.sorted().joined(separator: " "),
            "SHA256": listed.map {
                "\n\(DigestAlgorithm.sha256.hexHash($0.bytes)) \($0.bytes.count) \($0.name)"
            }.joined(),
        ]).text
    }

    private func compressed(_ bytes: [UInt8]) throws(Diagnostic) -> [UInt8] {
        var compressor = try Compressor(CompressionSettings(.xz, threads: threads), into: MemorySink())
        try compressor.write(bytes)
        return try compressor.finish().bytes
    }

    private func digests(_ path: FilePath) throws(Diagnostic) -> FileDigests {
        let size: Int64
        do {
            size = try Files.status(path).size
        } catch {
            throw .file("read", path, error)
        }
        var sink = DigestingSink([.md5, .sha1, .sha256], NullSink())
        try FileContent.onDisk(path, size: size).forEachChunk { (chunk) throws(Diagnostic) in
            try sink.write(chunk)
        }
        return FileDigests(size: size, digests: sink.finish().digests)
    }
}

private struct FileDigests {
    let size: Int64
    let digests: [DigestAlgorithm: [UInt8]]

    func hex(_ algorithm: DigestAlgorithm) -> String { Hex.string(digests[algorithm] ?? []) }
}

/// Takes bytes to nowhere.
private struct NullSink: ByteSink {
    mutating func write(_ bytes: Span<UInt8>) {}
}

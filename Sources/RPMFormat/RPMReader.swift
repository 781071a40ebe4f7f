package import Archive
import Cryptography
package import Diagnostics
import Streams
package import SystemPackage

/// Reads an .rpm of format 3 or 4, binary or source, whoever made it.
package struct RPMReader: Sendable {
    package let path: FilePath
    /// The signature header: digests, sizes, signatures.
    package let signature: RPMHeader
    package let header: RPMHeader
    /// Where the main header starts; from there on everything is under digests.
    package let headerOffset: Int64
    private let payloadRange: Range<Int64>

    /// Reads both headers and checks them against their own digests, and the file against its announced size.
    ///
    /// - Throws: `bad-rpm` for a file that is no .rpm, is cut off, or has a damaged header; `file-error`.
    package init(_ path: FilePath) throws(Diagnostic) {
        self.path = path
        let file = try RPMFile(path)
        do throws(RPMHeader.Fault) {
            let lead = try file.bytes(at: 0, count: RPMLead.size)
            guard lead.starts(with: RPMLead.magic) else { throw .init("it doesn't start as an .rpm does") }
            let (signature, signatureSize, _) = try file.header(at: Int64(RPMLead.size))
            let start = (Int64(RPMLead.size) + signatureSize + 7) / 8 * 8
            let (header, size, digests) = try file.header(at: start)
            try Self.check(signature, digests, actualSize: file.size - start)
            guard header[.name]?.text?.isEmpty == false, header[.version]?.text != nil,
                header[.release]?.text != nil
            else { throw .init("its header names no package, version and release") }
            self.signature = signature
            self.header = header
            headerOffset = start
            payloadRange = start + size..<file.size
        } catch {
            throw Self.damaged(path, error.reason)
        }
    }

    private static func check(
        _ signature: RPMHeader, _ digests: RPMFile.Digests, actualSize: Int64
    ) throws(RPMHeader.Fault) {
        let sizes = signature[.longSignatureSize] ?? signature[.signatureSize]
        if let size = sizes?.numbers.first {
            guard size <= UInt64(actualSize) else { throw .init("it is cut off") }
            guard size == UInt64(actualSize) else { throw .init("something follows its payload") }
        }
        for (tag, actual) in [(RPMTag.sha256Header, digests.sha256), (.sha1Header, digests.sha1)] {
            guard let stated = signature[tag]?.text, stated.lowercased() != actual else { continue }
            throw .init("its header doesn't have the digest that it states")
        }
    }

    package var name: String { text(.name) }
    package var version: String { text(.version) }
    package var release: String { text(.release) }
    package var epoch: UInt32? { header[.epoch]?.numbers.first.flatMap { UInt32(exactly: $0) } }
    package var architecture: String { text(.architecture) }
    package var isSource: Bool { header[.sourcePackage] != nil || header[.sourceRPM] == nil }

    /// The first or only text of a tag, empty where it is missing.
    package func text(_ tag: RPMTag) -> String { header[tag]?.text ?? "" }

    package var scriptlets: [RPMPackage.Scriptlet: String] {
        var scriptlets: [RPMPackage.Scriptlet: String] = [:]
        for kind in RPMPackage.Scriptlet.allCases { scriptlets[kind] = header[kind.tags.text]?.text }
        return scriptlets
    }

    package func relations(_ relation: RPMRelation) -> [RPMDependency] {
        let names = header[relation.tags.names]?.texts ?? []
        let versions = header[relation.tags.versions]?.texts ?? []
        let flags = header[relation.tags.flags]?.numbers ?? []
        return names.indices.map { index in
            RPMDependency(
                names[index],
                RPMDependency.Sense(
                    rawValue: index < flags.count ? UInt32(truncatingIfNeeded: flags[index]) : 0),
                index < versions.count ? versions[index] : "")
        }
    }

    package var changelog: [RPMPackage.Change] {
        let times = header[.changelogTimes]?.numbers ?? []
        let names = header[.changelogNames]?.texts ?? []
        let texts = header[.changelogTexts]?.texts ?? []
        return zip(times, zip(names, texts)).map {
            RPMPackage.Change(time: Int64(clamping: $0), author: $1.0, text: $1.1)
        }
    }

    /// The payload's members, in order; its faults say `bad-archive`.
    package func payload() throws(Diagnostic) -> ArchiveReader {
        try ArchiveReader(.range(path, payloadRange))
    }

    /// Hands over every member of the payload, each with the reader positioned at its content.
    ///
    /// - Throws: `bad-rpm` when the payload is damaged or cut off.
    package func forEachMember(
        _ body: (ArchiveMember, inout ArchiveReader) throws(Diagnostic) -> Void
    ) throws(Diagnostic) {
        try rpmFault { () throws(Diagnostic) in
            var reader = try payload()
            while let member = try reader.next() { try body(member, &reader) }
        }
    }

    /// Extracts the payload beneath a folder, which has to exist.
    ///
    /// - Throws: `bad-rpm`, also when the payload hasn't the digest that the header states; `unsafe-archive`;
    ///   `file-error`.
    package func extract(
        into folder: FilePath, where isWanted: (String) -> Bool = { _ in true }
    ) throws(Diagnostic) {
        try verifyPayload()
        try rpmFault { () throws(Diagnostic) in
            var reader = try payload()
            try ArchiveExtraction(into: folder).extract(&reader, where: isWanted)
        }
    }

    /// The OpenPGP signature over the header, which states the digests of all the rest; nil where it has none.
    package var headerSignature: [UInt8]? {
        for tag in [RPMTag.rsaHeader, .dsaHeader] {
            if case .binary(let bytes) = signature[tag] { return bytes }
        }
        return nil
    }

    /// What that signature is made over.
    package var signedRange: Range<Int64> { headerOffset..<payloadRange.lowerBound }

    /// A SHA-256 in lower-case hex over header and payload: signatures make no difference to it.
    package func contentDigest() throws(Diagnostic) -> String {
        try FileDigests([.sha256], of: path, in: headerOffset..<payloadRange.upperBound).hex(.sha256)
    }

    /// Compares the payload with the SHA-256 digest that the header states, if it states one.
    package func verifyPayload() throws(Diagnostic) {
        guard let stated = header[.payloadDigests]?.text, header[.payloadDigestAlgorithm]?.numbers == [8]
        else {
            return
        }
        let actual = try FileDigests([.sha256], of: path, in: payloadRange).hex(.sha256)
        guard stated.lowercased() == actual else {
            throw Self.damaged(path, "its payload doesn't have the digest that its header states")
        }
    }

    /// Faults of the payload are faults of the .rpm.
    private func rpmFault(_ body: () throws(Diagnostic) -> Void) throws(Diagnostic) {
        do throws(Diagnostic) {
            try body()
        } catch {
            throw error.code == "bad-archive" ? Self.damaged(path, error.message) : error
        }
    }

    static func damaged(_ path: FilePath, _ reason: String) -> Diagnostic {
        .error(
            "bad-rpm", "cannot read \(path) as an .rpm: \(reason)",
            hint: "fetch or make the file again; it seems to be cut off, damaged or something else")
    }
}

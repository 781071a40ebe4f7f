import Archive
import Cryptography
import Diagnostics
import KernelModule

/// Digests the members of an archive as they pass, and reads the kernel modules among them.
struct ContentCollector {
    /// No real module is larger, even with its debugging information.
    private static let moduleLimit = 512 << 20

    private(set) var files: [InspectedArtifact.File] = []
    private(set) var modules: [InspectedArtifact.Module] = []
    /// The modules that cannot be read.
    private(set) var faults: [Diagnostic] = []

    /// Takes one member, the reader positioned at its content.
    mutating func take(_ member: ArchiveMember, _ reader: inout ArchiveReader) throws(Diagnostic) {
        guard member.kind != .directory, let path = member.relativePath, !path.isEmpty else { return }
        guard member.kind == .file else {
            files.append(file(path, member, sha256: nil))
            return
        }
        if Self.isModule(path) {
            let bytes = try reader.readAll(limit: Self.moduleLimit)
            files.append(file(path, member, sha256: DigestAlgorithm.sha256.hexHash(bytes)))
            take(module: path, bytes)
        } else {
            var digest = Digest(.sha256)
            try reader.forEachChunk { (chunk) throws(Diagnostic) in digest.update(chunk) }
            files.append(file(path, member, sha256: Hex.string(digest.finish())))
        }
    }

    /// Takes a member whose content was read already.
    mutating func add(_ member: ArchiveMember, _ bytes: [UInt8]) {
        guard let path = member.relativePath else { return }
        files.append(file(path, member, sha256: DigestAlgorithm.sha256.hexHash(bytes)))
    }

    /// Reads one module; one that is damaged is a fault beside the others.
    mutating func take(module path: String, _ bytes: [UInt8]) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        do throws(Diagnostic) {
            modules.append(.init(path: path, facts: try ModuleFile(bytes, fileName: name)))
        } catch {
            faults.append(error.during(path))
        }
    }

    var hasModules: Bool { !modules.isEmpty || !faults.isEmpty }

    var sortedFiles: [InspectedArtifact.File] {
        files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    var sortedModules: [InspectedArtifact.Module] {
        modules.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    private static func isModule(_ path: String) -> Bool {
        [".ko", ".ko.gz", ".ko.xz", ".ko.zst"].contains { path.hasSuffix($0) }
    }

    private func file(_ path: String, _ member: ArchiveMember, sha256: String?) -> InspectedArtifact.File {
        .init(path: path, permissions: member.permissions, size: member.size, sha256: sha256)
    }
}

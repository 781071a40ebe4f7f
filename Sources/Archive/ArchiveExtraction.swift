package import Diagnostics
import Streams
package import SystemPackage

import Glibc

/// Puts the members of an archive beneath a folder, and nothing anywhere else.
///
/// Works relative to open folders and follows no link, so a link that the archive or anyone else planted leads
/// nowhere. Files become 0644, or 0755 with any x bit; folders 0755; times are kept.
package struct ArchiveExtraction: Sendable {
    /// What an honest archive never exceeds.
    package struct Limits: Sendable {
        package var bytes: Int64
        /// Members and the folders made for them.
        package var members: Int

        package init(bytes: Int64 = 16 << 30, members: Int = 1_000_000) {
            self.bytes = bytes
            self.members = members
        }
    }

    package let folder: FilePath
    package let limits: Limits

    package init(into folder: FilePath, limits: Limits = Limits()) {
        self.folder = folder
        self.limits = limits
    }

    /// Extracts every member for which `isWanted` says so.
    ///
    /// - Parameter isWanted: asked with the path free of `./`; unwanted members are checked, but not made.
    /// - Throws: `unsafe-archive` naming the member, for absolute names, `..`, ways through links, links that lead
    ///   outside, devices, a second member of another type, and excess; `bad-archive`; `file-error`.
    ///   What was made up to then stays, for the owner of the folder to remove.
    package func extract(
        _ reader: inout ArchiveReader, where isWanted: (String) -> Bool = { _ in true }
    ) throws(Diagnostic) {
        var tree = try ExtractionTree(folder, limit: limits.members)
        var bytes: Int64 = 0
        while let member = try reader.next() {
            guard !Task.isCancelled else {
                throw .interrupted
            }
            let path = try Self.safePath(member)
            if path.isEmpty { continue }
            guard isWanted(path) else { continue }
            switch member.kind {
            case .directory: try tree.makeFolder(path, modified: member.modified)
            case .symbolicLink(let target):
                try tree.makeLink(path, to: target, modified: member.modified)
            case .hardLink(let target): try tree.makeHardLink(path, to: target)
            case .special: throw Self.unsafe(path, "is a device, pipe or socket")
            case .file:
                let file = try tree.makeFile(path)
                let (limit, folder) = (limits.bytes, folder)
                try reader.forEachChunk { (chunk) throws(Diagnostic) in
                    bytes += Int64(chunk.count)
                    guard bytes <= limit else {
                        throw Self.unsafe(path, "takes the archive past \(limit) bytes")
                    }
                    do throws(Errno) {
                        try file.write(chunk)
                    } catch {
                        throw .file("write", folder.appending(path), error)
                    }
                }
                try tree.finish(file, path, member)
            }
        }
        try tree.setFolderTimes()
    }

    /// The member's path beneath the folder; empty for the folder itself.
    private static func safePath(_ member: ArchiveMember) throws(Diagnostic) -> String {
        guard let path = member.relativePath else {
            throw unsafe(member.path, "has a name that leads outside")
        }
        // Nothing in a kernel tree comes near; keeps a name from asking for thousands of folders.
        guard path.utf8.count < 4096 else {
            throw unsafe(String(path.prefix(80)) + "…", "has an endless name")
        }
        if path.isEmpty, member.kind != .directory {
            throw unsafe(member.path, "takes the place of the folder itself")
        }
        return path
    }

    static func unsafe(_ member: String, _ reason: String) -> Diagnostic {
        .error(
            "unsafe-archive", "the member \(member) \(reason)",
            hint: "don't use this archive; it was damaged or made to do harm")
    }
}

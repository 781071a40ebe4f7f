import Archive
import Diagnostics
import Streams
import SystemPackage

/// Entries and archives that several suites use.
enum ArchiveSamples {
    static func file(_ path: String, _ text: String, _ permissions: UInt16 = 0o644) -> FileEntry {
        FileEntry(path: path, kind: .file(.text(text)), permissions: permissions, modified: 1_600_000_000)
    }

    static func link(_ path: String, _ target: String) -> FileEntry {
        FileEntry(
            path: path, kind: .symbolicLink(target: target), permissions: 0o777, modified: 1_600_000_000)
    }

    static func folder(_ path: String) -> FileEntry {
        FileEntry(path: path, kind: .directory, permissions: 0o755, modified: 1_600_000_000)
    }

    /// Long names and targets, empty and block-sized files, a blank and a letter outside ASCII.
    static func list() throws(Diagnostic) -> FileList {
        let long = String(repeating: "long-", count: 30)
        return try FileList([
            file("src/main.c", "int main;\n"), file("src/run", "#!/bin/sh\n", 0o755), file("src/empty", ""),
            file("src/block", String(repeating: "x", count: 512)), file("src/ä b", "umlaut"),
            file("src/\(long)/\(long)", "deep"), link("src/link", "main.c"),
            link("src/far", "\(long)/\(long)"),
        ]).addingParents(mtime: 1_600_000_000)
    }

    static func tar(_ list: FileList, prefix: String = "") throws(Diagnostic) -> [UInt8] {
        var writer = TarWriter(into: MemorySink(), prefix: prefix)
        if !prefix.isEmpty { try writer.appendRoot(modified: 1_600_000_000) }
        try writer.append(list)
        return try writer.finish().bytes
    }

    static func tar(unchecked entries: [FileEntry]) throws(Diagnostic) -> [UInt8] {
        var writer = TarWriter(into: MemorySink())
        for entry in entries { try writer.append(entry) }
        return try writer.finish().bytes
    }

    static func cpio(_ list: FileList) throws(Diagnostic) -> [UInt8] {
        var writer = CpioWriter(into: MemorySink())
        for entry in list { try writer.append(entry) }
        return try writer.finish().bytes
    }

    /// Reads all members with their contents.
    static func readAll(_ bytes: [UInt8]) throws(Diagnostic) -> [(ArchiveMember, [UInt8])] {
        var reader = try ArchiveReader(.bytes(bytes))
        var members: [(ArchiveMember, [UInt8])] = []
        while let member = try reader.next() { members.append((member, try reader.readAll())) }
        return members
    }
}

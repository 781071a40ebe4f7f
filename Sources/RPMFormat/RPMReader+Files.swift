extension RPMReader {
    /// One line of the header's file table.
    package struct File: Hashable, Sendable {
        /// Absolute; only a name in source packages.
        package let path: String
        /// As in `stat`, type bits included.
        package let mode: UInt32
        package let size: Int64
        package let modified: Int64
        /// Lower-case hex, SHA-256 in all but very old packages; empty for what is no regular file.
        package let digest: String
        package let linkTarget: String
        package let flags: RPMPackage.FileFlags
    }

    /// The file table, in the package's order; columns that a package lacks are 0 or empty.
    package var files: [File] {
        let names = header[.baseNames]?.texts ?? []
        let folders = header[.folderNames]?.texts ?? []
        let indexes = column(.folderIndexes)
        let sizes = header[.longFileSizes] == nil ? column(.fileSizes) : column(.longFileSizes)
        let modes = column(.fileModes)
        let times = column(.fileTimes)
        let flags = column(.fileFlags)
        let digests = header[.fileDigests]?.texts ?? []
        let targets = header[.fileLinkTargets]?.texts ?? []
        return names.indices.map { row in
            let folder = Int(clamping: Self.at(row, indexes))
            return File(
                path: (folder < folders.count ? folders[folder] : "") + names[row],
                mode: UInt32(truncatingIfNeeded: Self.at(row, modes)),
                size: Int64(clamping: Self.at(row, sizes)), modified: Int64(clamping: Self.at(row, times)),
                digest: row < digests.count ? digests[row] : "",
                linkTarget: row < targets.count ? targets[row] : "",
                flags: RPMPackage.FileFlags(rawValue: UInt32(truncatingIfNeeded: Self.at(row, flags))))
        }
    }

    private func column(_ tag: RPMTag) -> [UInt64] { header[tag]?.numbers ?? [] }

    private static func at(_ row: Int, _ column: [UInt64]) -> UInt64 { row < column.count ? column[row] : 0 }
}

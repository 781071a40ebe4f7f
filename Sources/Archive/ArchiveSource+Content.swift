package import Diagnostics

extension ArchiveSource {
    /// The bytes of a compressed file that is no archive, such as a patch; those of one that isn't compressed as they
    /// are.
    ///
    /// - Throws: `bad-archive` where it is cut off or damaged; `too-large` past `limit` bytes; `file-error`.
    package func decompressed(limit: Int = 64 << 20) throws(Diagnostic) -> [UInt8] {
        let stream = try ArchiveStream(self)
        var content: [UInt8] = []
        while true {
            var start: UnsafeRawPointer?
            let count = unsafe stream.next(&start)
            guard count >= 0 else { throw stream.fault ?? ArchiveReader.damaged(name, "it cannot be read") }
            guard count > 0 else { return content }
            guard content.count + count <= limit else {
                throw .error("too-large", "\(name) is larger than \(limit) bytes when it is unpacked")
            }
            unsafe content.append(contentsOf: UnsafeRawBufferPointer(start: start, count: count))
        }
    }
}

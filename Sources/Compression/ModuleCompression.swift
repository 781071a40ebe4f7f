package import Diagnostics
import Streams

/// The compression of single .ko files, in the forms that the kernel's own decompressor and kmod read.
package enum ModuleCompression {
    /// More than any module is; keeps a crafted file from filling the memory.
    package static let limit = 512 << 20

    /// What liblzma may use to decompress: dictionaries of up to 64 MiB, the largest of xz's presets, and some.
    private static let decoderMemory: UInt64 = 128 << 20

    /// Compresses a module as kbuild's modules_install does (scripts/Makefile.modinst): `gzip -n`;
    /// `xz --check=crc32 --lzma2=dict=1MiB`; `zstd -q`, with the size in the frame and a check sum.
    package static func compress(_ bytes: [UInt8], _ format: CompressionFormat) throws(Diagnostic) -> [UInt8]
    {
        switch format {
        case .none: return bytes
        case .gz:
            var codec = try GzipEncoder(level: 6)
            return try run(&codec, bytes, room: bytes.count / 2, limit: .max)
        case .xz:
            _ = ProcessMemory.isKept
            var codec = try XzEncoder(
                level: 6, size: bytes.count, dictionary: XzEncoder.moduleDictionary, check: .crc32)
            var file = try run(&codec, bytes, room: bytes.count / 2, limit: .max)
            XzEncoder.declareModuleDictionary(&file)
            return file
        case .zst:
            var codec = try ZstdEncoder(level: 3, threads: nil, size: bytes.count)
            return try run(&codec, bytes, room: bytes.count / 2, limit: .max)
        }
    }

    /// Gives back what was compressed; bytes without a known magic number come back as they are.
    ///
    /// - Throws: `truncated-compression`, `corrupt-compression`, and `oversized-module` past `limit` bytes.
    package static func decompress(_ bytes: [UInt8], limit: Int = limit) throws(Diagnostic) -> [UInt8] {
        switch CompressionFormat(magicOf: bytes) {
        case .gz:
            var codec = try GzipDecoder()
            return try run(&codec, bytes, room: bytes.count * 3, limit: limit)
        case .xz:
            var codec = try XzDecoder(memoryLimit: decoderMemory)
            return try run(&codec, bytes, room: bytes.count * 4, limit: limit)
        case .zst:
            var codec = try ZstdDecoder()
            return try run(&codec, bytes, room: bytes.count * 3, limit: limit)
        case nil, .some(.none): return bytes
        }
    }

    /// Drives `codec` over all of `bytes`; `room` is a guess of the result's size.
    private static func run<C: Codec & ~Copyable>(_ codec: inout C, _ bytes: [UInt8], room: Int, limit: Int)
        throws(Diagnostic) -> [UInt8]
    {
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(max(room, 4096), 1 << 20))
        var offset = 0
        while true {
            let rest = bytes.span.extracting(offset..<bytes.count)
            let step = try codec.step(rest, into: &chunk, isLast: true)
            offset += step.consumed
            result.append(contentsOf: chunk[..<step.produced])
            guard result.count <= limit else {
                throw .error(
                    "oversized-module", "it has more than \(limit >> 20) MiB when decompressed",
                    hint: "check where the file comes from")
            }
            if step.isDone { return result }
        }
    }
}

import Cryptography
import Diagnostics
import Streams
import SystemPackage

/// An open .rpm file, read by position.
struct RPMFile: ~Copyable {
    /// Of a header's bytes, intro included; lower-case hex.
    struct Digests {
        let sha1: String
        let sha256: String
    }

    let size: Int64
    private let descriptor: OwnedDescriptor

    init(_ path: FilePath) throws(Diagnostic) {
        do throws(Errno) {
            descriptor = OwnedDescriptor(raw: try Files.open(path))
        } catch {
            throw .file("read", path, error)
        }
        size = Files.size(descriptor.raw)
    }

    /// - Throws: a fault when the file ends before.
    func bytes(at offset: Int64, count: Int) throws(RPMHeader.Fault) -> [UInt8] {
        guard offset >= 0, Int64(count) <= size - offset else { throw .init("it is cut off") }
        var bytes = [UInt8](repeating: 0, count: count)
        let got = unsafe bytes.withUnsafeMutableBytes {
            unsafe try? descriptor.raw.read(fromAbsoluteOffset: offset, into: $0)
        }
        guard got == count else { throw .init("it cannot be read") }
        return bytes
    }

    /// The header at `offset`, its size and its digests.
    func header(at offset: Int64) throws(RPMHeader.Fault) -> (RPMHeader, Int64, Digests) {
        let start = try bytes(at: offset, count: RPMHeader.introSize)
        let intro = try RPMHeader.Intro(start[...])
        let body = try bytes(at: offset + Int64(RPMHeader.introSize), count: intro.bodySize)
        let header = try RPMHeader(intro, body)
        var sha1 = Digest(.sha1)
        var sha256 = Digest(.sha256)
        for part in [start, body] {
            sha1.update(part)
            sha256.update(part)
        }
        let digests = Digests(sha1: Hex.string(sha1.finish()), sha256: Hex.string(sha256.finish()))
        return (header, Int64(start.count + body.count), digests)
    }
}

/// A descriptor that closes itself.
private struct OwnedDescriptor: ~Copyable {
    let raw: FileDescriptor

    deinit { try? raw.close() }
}

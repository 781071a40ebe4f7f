import Compression
import Diagnostics
import Streams
import SystemPackage

/// What a TREE argument turned out to be.
package enum InputKind: String, Hashable, Sendable {
    /// A folder with a dkms.conf.
    case folder
    /// The dkms.conf of a folder.
    case conf
    /// `name/version`: a folder below `/usr/src`.
    case installed
    /// A tar archive, compressed or not; one that dkms wrote included.
    case archive
    case deb
    case rpm
    /// A .dsc, with the archives that it names beside it.
    case debianSource
    /// A .src.rpm.
    case rpmSource
}

/// Tells files by their first bytes; names lie.
enum FileMagic: Hashable {
    case deb, rpm, archive, other
    /// Nothing is in it.
    case empty

    /// As many bytes as the furthest mark needs: tar's is at 257.
    static let length = 262

    init(_ bytes: [UInt8]) {
        let marks: [(mark: [UInt8], meaning: FileMagic)] = [
            (Array("!<arch>\n".utf8), .deb), ([0xED, 0xAB, 0xEE, 0xDB], .rpm), (Array("BZh".utf8), .archive),
        ]
        let found = marks.first { bytes.starts(with: $0.mark) }?.meaning
        if bytes.isEmpty {
            self = .empty
        } else if let found {
            self = found
        } else if CompressionFormat(magicOf: bytes) != nil {
            self = .archive
        } else {
            self = bytes.dropFirst(257).starts(with: "ustar".utf8) ? .archive : .other
        }
    }

    init(of file: FilePath) throws(Diagnostic) {
        do throws(Errno) {
            let descriptor = try Files.open(file)
            defer { try? descriptor.close() }
            var start: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: Self.length)
            while start.count < Self.length {
                let count = try Files.read(descriptor, into: &chunk)
                if count == 0 { break }
                start += chunk[..<count]
            }
            self.init(start)
        } catch {
            throw .file("read", file, error)
        }
    }
}

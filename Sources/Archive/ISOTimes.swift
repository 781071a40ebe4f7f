import Diagnostics
import Glibc
import Streams
import SystemPackage

/// Sets every time in an ISO 9660 file system to one, in UTC.
///
/// Layout: ECMA-119 (8.4 volume descriptor, 9.1 directory record), IEEE P1282 (Rock Ridge, 4.1.6 TF) and P1281 (SUSP,
/// 5.1 CE).
struct ISOTimes {
    private static let sectorSize = 2048
    private static let volumeSector = 16

    private let path: FilePath
    /// As directory records have it, seven bytes.
    private let short: [UInt8]
    /// As the volume descriptor has it, seventeen bytes.
    private let long: [UInt8]

    init(_ path: FilePath, _ epoch: Int64) {
        self.path = path
        var time = time_t(epoch)
        var parts = unsafe tm()
        unsafe gmtime_r(&time, &parts)
        let year = unsafe Int(parts.tm_year) + 1900
        let fields = unsafe [
            Int(parts.tm_mon) + 1, Int(parts.tm_mday), Int(parts.tm_hour), Int(parts.tm_min),
            Int(parts.tm_sec),
        ]
        short = [UInt8(clamping: year - 1900)] + fields.map { UInt8(clamping: $0) } + [0]
        let digits = String(year) + (fields + [0]).map { $0 < 10 ? "0\($0)" : "\($0)" }.joined()
        long = Array(digits.utf8) + [0]
    }

    /// Rewrites the file in place.
    func settle() throws(Diagnostic) {
        do {
            let file = try FileDescriptor.open(path, .readWrite, options: .closeOnExec)
            defer { try? file.close() }
            try settle(file)
        } catch let error as Errno {
            throw .file("write", path, error)
        } catch let error as Diagnostic {
            throw error
        } catch {
            throw .file("write", path, .ioError)
        }
    }

    private func settle(_ file: FileDescriptor) throws {
        var volume = try read(file, Self.volumeSector, count: Self.sectorSize)
        guard volume.starts(with: Array("\u{1}CD001".utf8)) else {
            throw ISOWriter.failed(path, "it has no volume descriptor")
        }
        // Creation, modification, effective; the one of expiry says none.
        for offset in [813, 830, 864] { put(long, in: &volume, at: offset) }
        put(short, in: &volume, at: 156 + 18)
        try write(file, volume, Self.volumeSector)
        try clearInformation(file)
        var seen: Set<Int> = []
        var folders = [(sector: number(volume, 156 + 2), size: number(volume, 156 + 10))]
        while let folder = folders.popLast() {
            guard seen.insert(folder.sector).inserted else { continue }
            folders += try settleFolder(file, folder.sector, folder.size)
        }
    }

    /// libarchive's own block, which tells when it wrote and by which version, is of no use to anybody.
    private func clearInformation(_ file: FileDescriptor) throws {
        for sector in Self.volumeSector + 1..<Self.volumeSector + 8 {
            guard try read(file, sector, count: 4).elementsEqual("INFO".utf8) else { continue }
            try write(file, [UInt8](repeating: 0, count: Self.sectorSize), sector)
        }
    }

    /// Settles the records of a folder and returns the folders in it.
    private func settleFolder(
        _ file: FileDescriptor, _ sector: Int, _ size: Int
    ) throws -> [(sector: Int, size: Int)] {
        var bytes = try read(file, sector, count: size)
        var folders: [(sector: Int, size: Int)] = []
        var offset = 0
        while offset + 33 < bytes.count {
            let length = Int(bytes[offset])
            guard length > 0 else {
                // Records don't cross sectors.
                offset = (offset / Self.sectorSize + 1) * Self.sectorSize
                continue
            }
            let end = offset + length
            guard length > 33, end <= bytes.count else { throw ISOWriter.failed(path, "a record is damaged") }
            put(short, in: &bytes, at: offset + 18)
            let nameLength = Int(bytes[offset + 32])
            if bytes[offset + 25] & 2 != 0, !(nameLength == 1 && bytes[offset + 33] < 2) {
                folders.append((number(bytes, offset + 2), number(bytes, offset + 10)))
            }
            let extra = offset + 33 + nameLength + (nameLength.isMultiple(of: 2) ? 1 : 0)
            var next = settleExtra(&bytes, extra, end)
            while let place = next {
                var area = try read(file, place.sector, count: Self.sectorSize)
                next = settleExtra(&area, place.offset, min(place.offset + place.size, area.count))
                try write(file, area, place.sector)
            }
            offset = end
        }
        try write(file, bytes, sector)
        return folders
    }

    /// Settles the TF entries between two offsets, and returns where the area goes on (CE).
    private func settleExtra(
        _ bytes: inout [UInt8], _ start: Int, _ end: Int
    ) -> (sector: Int, offset: Int, size: Int)? {
        var offset = start
        var next: (sector: Int, offset: Int, size: Int)?
        while offset + 4 <= end {
            let length = Int(bytes[offset + 2])
            guard length >= 4, offset + length <= end else { break }
            if bytes[offset...].starts(with: "TF".utf8) {
                let stamp = bytes[offset + 4] & 0x80 == 0 ? short : long
                var place = offset + 5
                while place + stamp.count <= offset + length {
                    put(stamp, in: &bytes, at: place)
                    place += stamp.count
                }
            } else if bytes[offset...].starts(with: "CE".utf8), length >= 28 {
                next = (number(bytes, offset + 4), number(bytes, offset + 12), number(bytes, offset + 20))
            }
            offset += length
        }
        return next
    }

    private func put(_ stamp: [UInt8], in bytes: inout [UInt8], at offset: Int) {
        bytes.replaceSubrange(offset..<offset + stamp.count, with: stamp)
    }

    /// The little-endian half of a number in both orders.
    private func number(_ bytes: [UInt8], _ offset: Int) -> Int {
        (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
    }

    private func read(_ file: FileDescriptor, _ sector: Int, count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let found = try unsafe bytes.withUnsafeMutableBytes {
            try unsafe file.read(fromAbsoluteOffset: Int64(sector * Self.sectorSize), into: $0)
        }
        guard found == count else { throw ISOWriter.failed(path, "it is cut off") }
        return bytes
    }

    private func write(_ file: FileDescriptor, _ bytes: [UInt8], _ sector: Int) throws {
        _ = try unsafe bytes.withUnsafeBytes {
            try unsafe file.writeAll(toAbsoluteOffset: Int64(sector * Self.sectorSize), $0)
        }
    }
}

import Diagnostics
import Streams
import SystemPackage

/// The places of a .deb's members in its file (deb(5)).
struct DebMembers {
    private static let magic = Array("!<arch>\n".utf8)
    private static let headerSize: Int64 = 60

    private(set) var control: Range<Int64> = 0..<0
    private(set) var data: Range<Int64> = 0..<0
    private(set) var version: Range<Int64> = 0..<0
    /// Nil where debsigs, or what does as it does, signed nothing for its origin.
    private(set) var signature: Range<Int64>?
    /// The names of the archives, such as `control.tar.xz` and `data.tar.xz`.
    private(set) var names: [String] = []

    /// - Throws: `bad-deb` for all that dpkg-deb would refuse; `file-error`.
    init(_ path: FilePath) throws(Diagnostic) {
        let descriptor: FileDescriptor
        do throws(Errno) {
            descriptor = try Files.open(path)
        } catch {
            throw .file("read", path, error)
        }
        defer { try? descriptor.close() }
        let size = Files.size(descriptor)
        let file = Window(path: path, descriptor: descriptor, size: size)
        guard try file.bytes(0..<8) == Self.magic else { throw file.damaged("it is no ar archive") }

        var members: [(name: String, range: Range<Int64>)] = []
        var offset: Int64 = 8
        while offset < size {
            let (name, length) = try Self.header(file, offset)
            let start = offset + Self.headerSize
            guard length <= size - start else { throw file.damaged("the member \(name) is cut off") }
            members.append((name, start..<start + length))
            offset = start + length + length % 2
            guard members.count <= 64 else { throw file.damaged("it has too many members") }
        }
        signature = members.first { $0.name == DebArchive.signature }?.range
        try assign(members.filter { !$0.name.hasPrefix("_") }, file)
    }

    private mutating func assign(
        _ members: [(name: String, range: Range<Int64>)], _ file: Window
    ) throws(Diagnostic) {
        guard let first = members.first, first.name == "debian-binary", first.range.count <= 1024 else {
            throw file.damaged("its first member is not debian-binary")
        }
        guard try file.bytes(first.range).starts(with: "2.".utf8) else {
            throw file.damaged("its format is not version 2")
        }
        guard members.count >= 3 else { throw file.damaged("it ends before its data") }
        guard Self.isTar(members[1].name, "control.tar"), Self.isTar(members[2].name, "data.tar") else {
            throw file.damaged("control.tar and data.tar don't follow debian-binary")
        }
        version = first.range
        control = members[1].range
        data = members[2].range
        names = [members[1].name, members[2].name]
    }

    private static func isTar(_ name: String, _ stem: String) -> Bool {
        name == stem || name.hasPrefix(stem + ".")
    }

    /// Name and content size from the header at `offset`.
    private static func header(_ file: Window, _ offset: Int64) throws(Diagnostic) -> (String, Int64) {
        guard offset + headerSize <= file.size else { throw file.damaged("it ends within a member's header") }
        let header = try file.bytes(offset..<offset + headerSize)
        guard header.count == 60, header[58] == 0x60, header[59] == 0x0a else {
            throw file.damaged("a member's header is damaged")
        }
        let name = text(header[..<16])
        guard let size = Int64(text(header[48..<58])), size >= 0 else {
            throw file.damaged("the size of a member is no number")
        }
        return (name.hasSuffix("/") ? String(name.dropLast()) : name, size)
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        var bytes = bytes
        while bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Bytes of an open file by position.
private struct Window {
    let path: FilePath
    let descriptor: FileDescriptor
    let size: Int64

    /// Fewer bytes than asked for only at the end of the file.
    func bytes(_ range: Range<Int64>) throws(Diagnostic) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(range.count))
        do {
            let count = try unsafe bytes.withUnsafeMutableBytes {
                try unsafe descriptor.read(fromAbsoluteOffset: range.lowerBound, into: $0)
            }
            return Array(bytes[..<count])
        } catch {
            throw .file("read", path, (error as? Errno) ?? .ioError)
        }
    }

    func damaged(_ reason: String) -> Diagnostic { DebReader.damaged(path, reason) }
}

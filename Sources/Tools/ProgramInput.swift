import CLinux
import Glibc
import SystemPackage

/// What a program reads on its stdin, whole before it starts.
///
/// A pipe would break where the program ends without having read everything, and bring this process down with it.
struct ProgramInput: ~Copyable {
    let descriptor: FileDescriptor

    /// - Throws: where the memory, or /dev/null for no input at all, is not to be had.
    init(_ bytes: [UInt8]) throws(Errno) {
        descriptor = try Self.open(bytes)
    }

    deinit { try? descriptor.close() }

    /// A file of memory only (memfd_create(2)): what is in it may be a passphrase.
    private static func open(_ bytes: [UInt8]) throws(Errno) -> FileDescriptor {
        do {
            guard !bytes.isEmpty else {
                return try FileDescriptor.open(FilePath("/dev/null"), .readOnly, options: .closeOnExec)
            }
            let raw = unsafe linux_memory_file("input")
            guard raw >= 0 else { throw Errno(rawValue: errno) }
            let file = FileDescriptor(rawValue: raw)
            do {
                _ = try unsafe bytes.withUnsafeBytes { try unsafe file.writeAll($0) }
                try file.seek(offset: 0, from: .start)
            } catch {
                try? file.close()
                throw error
            }
            return file
        } catch {
            throw (error as? Errno) ?? .ioError
        }
    }
}

import CLinux
package import Diagnostics
package import SystemPackage

/// A file that appears under its name only when it is whole.
///
/// It is written beside its target under a dot name, synced and renamed by ``commit()``; dropped before that, it
/// leaves nothing behind.
package struct OutputFile: ByteSink, ~Copyable {
    private static let bufferSize = 256 * 1024
    /// Bytes that are handed to the disk at a time, while more are made.
    private static let handedAtOnce: Int64 = 4 << 20

    private let target: FilePath
    private let temporary: FilePath
    private let descriptor: FileDescriptor
    private var buffer: [UInt8] = []
    /// Bytes written, and how many of them the disk was handed.
    private var written: Int64 = 0
    private var handed: Int64 = 0
    private var isCommitted = false

    /// Starts a file that will be called `target`, with `mode` whatever the umask says.
    package init(_ target: FilePath, mode: UInt16 = 0o644) throws(Diagnostic) {
        let temporary = Files.partial(of: target)
        let descriptor = try Self.create(temporary, mode, for: target)
        self.descriptor = descriptor
        self.target = target
        self.temporary = temporary
        buffer.reserveCapacity(Self.bufferSize)
    }

    private static func create(_ path: FilePath, _ mode: UInt16, for target: FilePath) throws(Diagnostic)
        -> FileDescriptor
    {
        do {
            let descriptor = try FileDescriptor.open(
                path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: FilePermissions(rawValue: CModeT(mode)))
            do throws(Errno) {
                // The umask has taken bits off that others need to read an artifact.
                try Files.setPermissions(path, mode)
            } catch {
                try? descriptor.close()
                try? Files.remove(path)
                throw error
            }
            return descriptor
        } catch let error as Errno {
            throw .file("create", target, error)
        } catch {
            throw .file("create", target, .ioError)
        }
    }

    deinit {
        try? descriptor.close()
        // Without commit what is here is half a file.
        if !isCommitted { try? Files.remove(temporary) }
    }

    package mutating func write(_ bytes: Span<UInt8>) throws(Diagnostic) {
        if bytes.count >= Self.bufferSize {
            try flush()
            try Self.writeAll(bytes, to: descriptor, target)
            handOver(bytes.count)
            return
        }
        unsafe bytes.withUnsafeBufferPointer { unsafe buffer.append(contentsOf: $0) }
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Replaces bytes written before, for headers that know sizes only at the end.
    package mutating func overwrite(_ bytes: [UInt8], at offset: Int64) throws(Diagnostic) {
        try flush()
        do {
            let written = try unsafe bytes.withUnsafeBytes {
                try unsafe descriptor.writeAll(toAbsoluteOffset: offset, $0)
            }
            guard written == bytes.count else { throw Errno.ioError }
        } catch let error as Errno {
            throw .file("write", target, error)
        } catch {
            throw .file("write", target, .ioError)
        }
    }

    /// Reads back what was written before, which is all there has to be.
    package mutating func copy<Sink: ByteSink & ~Copyable>(
        _ range: Range<Int64>, to sink: inout Sink
    ) throws(Diagnostic) {
        try flush()
        var chunk = [UInt8](repeating: 0, count: Self.bufferSize)
        var offset = range.lowerBound
        while offset < range.upperBound {
            let size = try read(at: offset, into: &chunk)
            guard size > 0 else { throw .file("read back", target, .ioError) }
            let wanted = min(Int64(size), range.upperBound - offset)
            try sink.write(chunk.span.extracting(first: Int(wanted)))
            offset += wanted
        }
    }

    private func read(at offset: Int64, into chunk: inout [UInt8]) throws(Diagnostic) -> Int {
        do {
            return try unsafe chunk.withUnsafeMutableBytes {
                try unsafe descriptor.read(fromAbsoluteOffset: offset, into: $0)
            }
        } catch let error as Errno {
            throw .file("read back", target, error)
        } catch {
            throw .file("read back", target, .ioError)
        }
    }

    /// Syncs and gives the file its name; an older file of that name is replaced in one step.
    ///
    /// - Parameter syncing: false for scratch files that a crash may lose.
    package consuming func commit(syncing: Bool = true) throws(Diagnostic) {
        try flush()
        do {
            if syncing { try Files.sync(descriptor) }
            try Files.rename(temporary, to: target)
        } catch {
            throw .file("write", target, error)
        }
        isCommitted = true
    }

    private mutating func flush() throws(Diagnostic) {
        // Every long work ends in a file, so this is where an interruption is noticed.
        if Task.isCancelled { throw .interrupted }
        try Self.writeAll(buffer.span, to: descriptor, target)
        handOver(buffer.count)
        buffer.removeAll(keepingCapacity: true)
    }

    /// Has the disk begin with what was written, `count` bytes more than before.
    private mutating func handOver(_ count: Int) {
        written += Int64(count)
        guard written - handed >= Self.handedAtOnce else { return }
        // Else the sync at the end would wait for all of it. It's a hint: that sync is what counts.
        _ = linux_start_writing(descriptor.rawValue, handed, written - handed)
        handed = written
    }

    private static func writeAll(_ bytes: Span<UInt8>, to descriptor: FileDescriptor, _ path: FilePath)
        throws(Diagnostic)
    {
        do {
            try unsafe bytes.withUnsafeBufferPointer {
                _ = try unsafe descriptor.writeAll(UnsafeRawBufferPointer($0))
            }
        } catch let error as Errno {
            throw .file("write", path, error)
        } catch {
            throw .file("write", path, .ioError)
        }
    }
}

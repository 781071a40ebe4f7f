import CZlib
import Diagnostics

/// Deflate in a gzip wrapper (RFC 1952) without name and time, so that equal input gives equal bytes.
@safe struct GzipEncoder: Codec, ~Copyable {
    private let stream: ZlibStream

    init(level: Int) throws(Diagnostic) {
        stream = ZlibStream()
        // 15 bits of window, plus 16 for the gzip wrapper; zlib writes time 0 and the system code of Unix.
        let status = unsafe deflateInit2_(
            stream.pointer, Int32(level), Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw .compressor("zlib", "status \(status)") }
    }

    deinit { unsafe deflateEnd(stream.pointer) }

    mutating func step(_ input: Span<UInt8>, into output: inout [UInt8], isLast: Bool)
        throws(Diagnostic) -> CodecStep
    {
        let (status, step) = unsafe stream.step(input, &output) { stream, takesAll in
            unsafe deflate(stream, isLast && takesAll ? Z_FINISH : Z_NO_FLUSH)
        }
        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
            throw .compressor("zlib", "status \(status)")
        }
        return step
    }
}

/// One gzip member after the other.
@safe struct GzipDecoder: Codec, ~Copyable {
    private let stream: ZlibStream

    init() throws(Diagnostic) {
        stream = ZlibStream()
        let status = unsafe inflateInit2_(
            stream.pointer, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw .compressor("zlib", "status \(status)") }
    }

    deinit { unsafe inflateEnd(stream.pointer) }

    mutating func step(_ input: Span<UInt8>, into output: inout [UInt8], isLast: Bool)
        throws(Diagnostic) -> CodecStep
    {
        var (status, step) = unsafe stream.step(input, &output) { stream, _ in
            unsafe inflate(stream, Z_NO_FLUSH)
        }
        switch status {
        case Z_STREAM_END:
            // Another member may follow; the stream is done when nothing does.
            step.isDone = step.consumed == input.count && isLast
            if !step.isDone { unsafe inflateReset(stream.pointer) }
        case Z_OK: break
        case Z_BUF_ERROR:
            if isLast, step.consumed == input.count, step.produced == 0 { throw .truncated(.gz) }
        default: throw .corrupt(.gz, "zlib status \(status)")
        }
        return step
    }
}

/// A z_stream at a fixed address: zlib's state points back to it.
@safe private struct ZlibStream: ~Copyable {
    let pointer: UnsafeMutablePointer<z_stream>

    init() {
        unsafe pointer = .allocate(capacity: 1)
        unsafe pointer.initialize(to: z_stream())
    }

    deinit { unsafe pointer.deallocate() }

    /// Lends both buffers to zlib for one call, whose second argument says whether it gets all input.
    func step(
        _ input: Span<UInt8>, _ output: inout [UInt8], _ call: (UnsafeMutablePointer<z_stream>, Bool) -> Int32
    ) -> (Int32, CodecStep) {
        unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                let offered = min(source.count, 1 << 30)
                let room = min(target.count, 1 << 30)
                unsafe pointer.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                unsafe pointer.pointee.avail_in = UInt32(offered)
                unsafe pointer.pointee.next_out = target.baseAddress
                unsafe pointer.pointee.avail_out = UInt32(room)
                let status = unsafe call(pointer, offered == source.count)
                return (
                    status,
                    CodecStep(
                        consumed: offered - Int(unsafe pointer.pointee.avail_in),
                        produced: room - Int(unsafe pointer.pointee.avail_out),
                        isDone: status == Z_STREAM_END)
                )
            }
        }
    }
}

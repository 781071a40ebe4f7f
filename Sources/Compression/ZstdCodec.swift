import CZstd
import Diagnostics

/// One zstd frame (RFC 8878) with a check sum.
@safe struct ZstdEncoder: Codec, ~Copyable {
    private let context: OpaquePointer

    /// With a known `size` the frame tells it, which the kernel's decompressor likes to know.
    ///
    /// `threads` nil means no worker at all; from one worker on, the bytes don't depend on their number, because
    /// libzstd cuts jobs by a size that follows from the level alone.
    init(level: Int, threads: Int?, size: Int? = nil) throws(Diagnostic) {
        var settings = [(ZSTD_c_compressionLevel, level), (ZSTD_c_checksumFlag, 1)]
        if let threads {
            settings.append((ZSTD_c_nbWorkers, max(1, threads)))
            // Half of libzstd's own choice for these levels: every worker holds some jobs in memory.
            if level < 10 { settings.append((ZSTD_c_jobSize, 4 << 20)) }
            // Tables that stay in a core's own cache: a fifth less time for a fortieth more bytes, which pays for the
            // check sums that packages need beside the compression.
            if level == 3 { settings += [(ZSTD_c_hashLog, 15), (ZSTD_c_chainLog, 15)] }
        }
        unsafe context = try Self.makeContext(settings)
        if let size { _ = unsafe ZSTD_CCtx_setPledgedSrcSize(context, UInt64(size)) }
    }

    deinit { unsafe ZSTD_freeCCtx(context) }

    private static func makeContext(_ settings: [(ZSTD_cParameter, Int)]) throws(Diagnostic) -> OpaquePointer
    {
        guard let context = unsafe ZSTD_createCCtx() else {
            throw .compressor("libzstd", "not enough memory")
        }
        do throws(Diagnostic) {
            for (parameter, value) in settings {
                try check(unsafe ZSTD_CCtx_setParameter(context, parameter, Int32(clamping: value)))
            }
        } catch {
            unsafe ZSTD_freeCCtx(context)
            throw error
        }
        return unsafe context
    }

    private static func check(_ result: Int) throws(Diagnostic) {
        guard ZSTD_isError(result) != 0 else { return }
        throw .compressor("libzstd", unsafe String(cString: ZSTD_getErrorName(result)))
    }

    mutating func step(_ input: Span<UInt8>, into output: inout [UInt8], isLast: Bool)
        throws(Diagnostic) -> CodecStep
    {
        let (result, step) = unsafe zstdStep(input, &output) { source, target in
            unsafe ZSTD_compressStream2(context, &target, &source, isLast ? ZSTD_e_end : ZSTD_e_continue)
        }
        try Self.check(result)
        return CodecStep(
            consumed: step.consumed, produced: step.produced, isDone: isLast && result == 0)
    }
}

/// One zstd frame after the other.
@safe struct ZstdDecoder: Codec, ~Copyable {
    private let context: OpaquePointer
    private var isBetweenFrames = false

    init() throws(Diagnostic) {
        unsafe context = try Self.makeContext()
    }

    private static func makeContext() throws(Diagnostic) -> OpaquePointer {
        guard let context = unsafe ZSTD_createDCtx() else {
            throw .compressor("libzstd", "not enough memory")
        }
        return unsafe context
    }

    deinit { unsafe ZSTD_freeDCtx(context) }

    mutating func step(_ input: Span<UInt8>, into output: inout [UInt8], isLast: Bool)
        throws(Diagnostic) -> CodecStep
    {
        if isBetweenFrames, isLast, input.isEmpty {
            return CodecStep(consumed: 0, produced: 0, isDone: true)
        }
        var (result, step) = unsafe zstdStep(input, &output) { source, target in
            unsafe ZSTD_decompressStream(context, &target, &source)
        }
        guard ZSTD_isError(result) == 0 else {
            throw .corrupt(.zst, unsafe String(cString: ZSTD_getErrorName(result)))
        }
        isBetweenFrames = result == 0
        step.isDone = isBetweenFrames && isLast && step.consumed == input.count
        if !isBetweenFrames, isLast, step.consumed == input.count, step.produced < output.count {
            throw .truncated(.zst)
        }
        return step
    }
}

/// Lends both buffers to libzstd for one call.
private func zstdStep(
    _ input: Span<UInt8>, _ output: inout [UInt8],
    _ call: (inout ZSTD_inBuffer, inout ZSTD_outBuffer) -> Int
) -> (Int, CodecStep) {
    unsafe input.withUnsafeBufferPointer { source in
        unsafe output.withUnsafeMutableBufferPointer { target in
            var source = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
            var target = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
            let result = unsafe call(&source, &target)
            return (
                result, CodecStep(consumed: unsafe source.pos, produced: unsafe target.pos, isDone: false)
            )
        }
    }
}

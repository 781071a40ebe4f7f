import CLzma
import Diagnostics

/// One .xz stream.
@safe struct XzEncoder: Codec, ~Copyable {
    private let stream: LzmaStream

    /// For archives of unknown size: liblzma's multi-thread encoder even with one thread.
    ///
    /// Its blocks, and so the bytes, then don't depend on the number of threads. Blocks of level 6 are 16 MiB, not
    /// liblzma's own 24: that keeps the whole program within the memory that `dpkg-deb -Zxz` takes, and the last
    /// blocks from keeping one thread busy long after the others.
    init(level: Int, threads: Int, check: CompressionSettings.Check) throws(Diagnostic) {
        stream = LzmaStream()
        var options = unsafe lzma_mt()
        unsafe options.threads = UInt32(clamping: max(1, threads))
        unsafe options.preset = UInt32(level)
        unsafe options.check = check.lzma
        if level == 6 { unsafe options.block_size = 16 << 20 }
        let status = unsafe lzma_stream_encoder_mt(stream.pointer, &options)
        guard status == LZMA_OK else { throw .compressor("liblzma", status.meaning) }
    }

    /// For an input of which the size is known, in bytes: one block, and a dictionary that holds it but no more.
    ///
    /// The encoder's tables grow with the dictionary, and clearing those for that of a level takes most of the time that
    /// a small input needs; the matches that it finds are the same ones.
    init(level: Int, size: Int, dictionary: Int = .max, check: CompressionSettings.Check) throws(Diagnostic) {
        stream = LzmaStream()
        var options = unsafe lzma_options_lzma()
        guard unsafe lzma_lzma_preset(&options, UInt32(level)) == 0 else {
            throw .compressor("liblzma", "no preset \(level)")
        }
        let largest = min(dictionary, Int(unsafe options.dict_size))
        var sufficient = LzmaConstant.smallestDictionary
        while sufficient < min(size, largest) { sufficient *= 2 }
        unsafe options.dict_size = UInt32(sufficient)
        let status = unsafe withUnsafeMutablePointer(to: &options) { options in
            let filters = unsafe [
                lzma_filter(id: LzmaConstant.lzma2, options: options),
                lzma_filter(id: lzma_vli.max, options: nil),
            ]
            return unsafe lzma_stream_encoder(stream.pointer, filters, check.lzma)
        }
        guard status == LZMA_OK else { throw .compressor("liblzma", status.meaning) }
    }

    /// What every module's block declares: 1 MiB, as `xz --check=crc32 --lzma2=dict=1MiB` writes it.
    ///
    /// kbuild compresses so, and the kernel's own decompressor reads nothing else.
    static let moduleDictionary = 1 << 20

    /// Makes the first block's header say 1 MiB, as it does for all modules.
    ///
    /// .xz file format 3.1 and 5.3.1: at byte 12 the header's size and flags, then LZMA2's number, the length 1 and the
    /// dictionary's size, three bytes of padding, and the CRC32 of all that.
    static func declareModuleDictionary(_ file: inout [UInt8]) {
        let start = 12
        // An empty module has no block.
        guard file.count >= start + 12, file[start..<start + 4].elementsEqual([0x02, 0x00, 0x21, 0x01]) else {
            return
        }
        file[start + 4] = 16
        let header = Array(file[start..<start + 8])
        let checkSum = unsafe lzma_crc32(header, header.count, 0)
        for index in 0..<4 { file[start + 8 + index] = UInt8(truncatingIfNeeded: checkSum >> (8 * index)) }
    }

    mutating func step(_ input: Span<UInt8>, into output: inout [UInt8], isLast: Bool)
        throws(Diagnostic) -> CodecStep
    {
        let (status, step) = stream.step(input, &output, isLast ? LZMA_FINISH : LZMA_RUN)
        guard status == LZMA_OK || status == LZMA_STREAM_END || status == LZMA_BUF_ERROR else {
            throw .compressor("liblzma", status.meaning)
        }
        return step
    }
}

/// One .xz stream after the other.
@safe struct XzDecoder: Codec, ~Copyable {
    private let stream: LzmaStream

    init(memoryLimit: UInt64) throws(Diagnostic) {
        stream = LzmaStream()
        let status = unsafe lzma_stream_decoder(stream.pointer, memoryLimit, LzmaConstant.concatenated)
        guard status == LZMA_OK else { throw .compressor("liblzma", status.meaning) }
    }

    mutating func step(_ input: Span<UInt8>, into output: inout [UInt8], isLast: Bool)
        throws(Diagnostic) -> CodecStep
    {
        let (status, step) = stream.step(input, &output, isLast ? LZMA_FINISH : LZMA_RUN)
        switch status {
        case LZMA_OK, LZMA_STREAM_END: return step
        case LZMA_BUF_ERROR:
            guard isLast, step.consumed == input.count, step.produced == 0 else { return step }
            throw .truncated(.xz)
        default: throw .corrupt(.xz, status.meaning)
        }
    }
}

/// Macros of lzma.h that Swift does not import.
private enum LzmaConstant {
    /// `LZMA_FILTER_LZMA2`.
    static let lzma2: lzma_vli = 0x21
    /// `LZMA_DICT_SIZE_MIN`, in bytes.
    static let smallestDictionary = 4096
    /// `LZMA_CONCATENATED`.
    static let concatenated: UInt32 = 0x08
}

/// An lzma_stream and its state.
@safe private struct LzmaStream: ~Copyable {
    let pointer: UnsafeMutablePointer<lzma_stream>

    init() {
        unsafe pointer = .allocate(capacity: 1)
        unsafe pointer.initialize(to: lzma_stream())
    }

    deinit {
        unsafe lzma_end(pointer)
        unsafe pointer.deallocate()
    }

    func step(_ input: Span<UInt8>, _ output: inout [UInt8], _ action: lzma_action) -> (lzma_ret, CodecStep) {
        unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe pointer.pointee.next_in = source.baseAddress
                unsafe pointer.pointee.avail_in = source.count
                unsafe pointer.pointee.next_out = target.baseAddress
                unsafe pointer.pointee.avail_out = target.count
                let status = unsafe lzma_code(pointer, action)
                return (
                    status,
                    CodecStep(
                        consumed: source.count - Int(unsafe pointer.pointee.avail_in),
                        produced: target.count - Int(unsafe pointer.pointee.avail_out),
                        isDone: status == LZMA_STREAM_END)
                )
            }
        }
    }
}

extension CompressionSettings.Check {
    fileprivate var lzma: lzma_check {
        switch self {
        case .crc32: LZMA_CHECK_CRC32
        case .crc64: LZMA_CHECK_CRC64
        }
    }
}

extension lzma_ret {
    /// What liblzma's manual says of a status.
    fileprivate var meaning: String {
        switch self {
        case LZMA_MEM_ERROR: "not enough memory"
        case LZMA_MEMLIMIT_ERROR: "it needs more memory than is allowed"
        case LZMA_FORMAT_ERROR: "the file format is not recognised"
        case LZMA_OPTIONS_ERROR: "unsupported options"
        case LZMA_UNSUPPORTED_CHECK: "unsupported integrity check"
        case LZMA_DATA_ERROR: "its check sum or structure is wrong"
        default: "status \(rawValue)"
        }
    }
}

import Diagnostics

/// A compressor or decompressor of one stream, driven step by step by its owner's buffers.
protocol Codec: ~Copyable {
    /// Takes what it can of `input` and puts what it can into `output`, from its start.
    ///
    /// `isLast` says that nothing follows `input`; it stays true once it was.
    mutating func step(_ input: Span<UInt8>, into output: inout [UInt8], isLast: Bool)
        throws(Diagnostic) -> CodecStep
}

/// What one step did.
struct CodecStep {
    var consumed: Int
    var produced: Int
    /// The stream has ended and all of it was handed out.
    var isDone: Bool
}

extension Diagnostic {
    /// A compression library refused to work, which only lack of memory or a wrong setting explains.
    static func compressor(_ library: String, _ detail: String) -> Diagnostic {
        .error(
            "compression-failed", "\(library) cannot compress: \(detail)",
            hint: "free some memory, or choose a lower level or fewer threads")
    }

    static func corrupt(_ format: CompressionFormat, _ detail: String) -> Diagnostic {
        .error(
            "corrupt-compression", "the \(format.rawValue) data is corrupt: \(detail)",
            hint: "fetch or build the file again")
    }

    static func truncated(_ format: CompressionFormat) -> Diagnostic {
        .error(
            "truncated-compression", "the \(format.rawValue) data is cut off",
            hint: "fetch or build the file again")
    }
}

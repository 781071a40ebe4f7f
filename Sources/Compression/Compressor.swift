package import Diagnostics
package import Streams

/// Compresses what is written to it into another sink; ``CompressionFormat/none`` passes it through.
///
/// The bytes depend on the input and the settings, neither on the number of threads nor on how the input was cut
/// into writes.
package struct Compressor<Sink: ByteSink & ~Copyable>: ByteSink, ~Copyable {
    private static var bufferSize: Int { 64 * 1024 }
    /// Bytes up to which the input is kept until its end.
    ///
    /// A codec that knows the size needs no tables for more and no threads, which is where most of the time of a small
    /// package would go.
    private static var smallInput: Int { 1 << 20 }

    private let settings: CompressionSettings
    private var sink: Sink
    private var codec: (any Codec & ~Copyable)?
    private var pending = MemorySink()
    private var output: [UInt8]

    package init(_ settings: CompressionSettings, into sink: consuming Sink) throws(Diagnostic) {
        self.settings = settings
        self.sink = sink
        // gzip's tables are small anyway.
        codec = settings.format == .gz ? try Self.codec(settings) : nil
        output = [UInt8](repeating: 0, count: settings.format == .none ? 0 : Self.bufferSize)
    }

    /// - Parameter size: of the whole input, where it is small.
    private static func codec(_ settings: CompressionSettings, size: Int? = nil) throws(Diagnostic)
        -> (any Codec & ~Copyable)?
    {
        let level = settings.effectiveLevel
        switch settings.format {
        case .none: return nil
        case .gz: return try GzipEncoder(level: level)
        case .xz:
            guard let size else {
                return try XzEncoder(level: level, threads: settings.threads, check: settings.check)
            }
            return try XzEncoder(level: level, size: size, check: settings.check)
        case .zst:
            return try ZstdEncoder(level: level, threads: size == nil ? settings.threads : nil, size: size)
        }
    }

    package mutating func write(_ bytes: Span<UInt8>) throws(Diagnostic) {
        if settings.format == .none {
            try sink.write(bytes)
        } else if codec != nil {
            try compress(bytes)
        } else {
            try pending.write(bytes)
            guard pending.bytes.count > Self.smallInput else { return }
            codec = try Self.codec(settings)
            let begun = pending.bytes
            pending = MemorySink()
            try compress(begun.span)
        }
    }

    private mutating func compress(_ bytes: Span<UInt8>) throws(Diagnostic) {
        var output: [UInt8] = []
        swap(&output, &self.output)
        var offset = 0
        while offset < bytes.count {
            let rest = bytes.extracting(offset..<bytes.count)
            guard let step = try codec?.step(rest, into: &output, isLast: false) else { break }
            offset += step.consumed
            if step.produced > 0 { try sink.write(output.span.extracting(first: step.produced)) }
        }
        swap(&output, &self.output)
    }

    /// Ends the compressed stream and gives the inner sink back.
    package consuming func finish() throws(Diagnostic) -> Sink {
        if codec == nil { codec = try Self.codec(settings, size: pending.bytes.count) }
        var output: [UInt8] = []
        swap(&output, &self.output)
        let rest = pending.bytes
        var offset = 0
        while let step = try codec?.step(
            rest.span.extracting(offset..<rest.count), into: &output, isLast: true)
        {
            offset += step.consumed
            if step.produced > 0 { try sink.write(output.span.extracting(first: step.produced)) }
            if step.isDone { break }
        }
        return sink
    }
}

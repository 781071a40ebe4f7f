package import Diagnostics
package import Streams

/// Compresses what is written to it into another sink; ``CompressionFormat/none`` passes it through.
///
/// The bytes depend on the input and the settings, neither on the number of threads nor on how the input was cut
/// into writes.
package struct Compressor<Sink: ByteSink & ~Copyable>: ByteSink, ~Copyable {
    private static var bufferSize: Int { 64 * 1024 }

    private var sink: Sink
    private var codec: (any Codec & ~Copyable)?
    private var output: [UInt8]

    package init(_ settings: CompressionSettings, into sink: consuming Sink) throws(Diagnostic) {
        self.codec = try Self.codec(settings)
        self.sink = sink
        output = [UInt8](repeating: 0, count: settings.format == .none ? 0 : Self.bufferSize)
    }

    private static func codec(_ settings: CompressionSettings) throws(Diagnostic)
        -> (any Codec & ~Copyable)?
    {
        let level = settings.effectiveLevel
        switch settings.format {
        case .none: return nil
        case .gz: return try GzipEncoder(level: level)
        case .xz: return try XzEncoder(level: level, threads: settings.threads, check: settings.check)
        case .zst: return try ZstdEncoder(level: level, threads: settings.threads)
        }
    }

    package mutating func write(_ bytes: Span<UInt8>) throws(Diagnostic) {
        var output: [UInt8] = []
        swap(&output, &self.output)
        var offset = 0
        while offset < bytes.count {
            let rest = bytes.extracting(offset..<bytes.count)
            guard let step = try codec?.step(rest, into: &output, isLast: false) else {
                try sink.write(bytes)
                return
            }
            offset += step.consumed
            if step.produced > 0 { try sink.write(output.span.extracting(first: step.produced)) }
        }
        swap(&output, &self.output)
    }

    /// Ends the compressed stream and gives the inner sink back.
    package consuming func finish() throws(Diagnostic) -> Sink {
        var output: [UInt8] = []
        swap(&output, &self.output)
        while let step = try codec?.step(Span(), into: &output, isLast: true) {
            if step.produced > 0 { try sink.write(output.span.extracting(first: step.produced)) }
            if step.isDone { break }
        }
        return sink
    }
}

package import Diagnostics
package import Streams

/// Hashes what passes through it on the way to another sink.
package struct DigestingSink<Base: ByteSink & ~Copyable>: ByteSink, ~Copyable {
    /// What a ``DigestingSink`` found out.
    package struct Result: ~Copyable {
        package var base: Base
        /// One digest per algorithm.
        package let digests: [DigestAlgorithm: [UInt8]]
        /// Bytes that passed.
        package let count: Int

        /// Gives the inner sink back.
        package consuming func takeBase() -> Base { base }
    }

    private var base: Base
    private let lanes: [DigestLane]
    private var count = 0

    package init(_ algorithms: [DigestAlgorithm], _ base: consuming Base) {
        self.base = base
        lanes = Set(algorithms).map { DigestLane($0) }
    }

    package mutating func write(_ bytes: Span<UInt8>) throws(Diagnostic) {
        try base.write(bytes)
        for lane in lanes { lane.update(bytes) }
        count += bytes.count
    }

    /// Gives the inner sink back together with the digests.
    package consuming func finish() -> Result {
        let digests = Dictionary(uniqueKeysWithValues: lanes.map { ($0.algorithm, $0.finish()) })
        return Result(base: base, digests: digests, count: count)
    }
}

/// A digest behind a reference, because an array can't hold values that can't be copied; one sink owns it.
private final class DigestLane {
    let algorithm: DigestAlgorithm
    private var digest: Digest?

    init(_ algorithm: DigestAlgorithm) {
        self.algorithm = algorithm
        digest = Digest(algorithm)
    }

    func update(_ bytes: Span<UInt8>) { digest?.update(bytes) }

    func finish() -> [UInt8] { digest.take()?.finish() ?? [] }
}

import Archive
import Cryptography
import Diagnostics
import Dispatch
import Synchronization

/// Digests of many files, made by a thread of its own while the caller does something else.
///
/// For .deb files: their md5sums come first in the file, and yet shall cost no time beside the compression.
final class ContentDigests: Sendable {
    private let result = Mutex<Result<[[UInt8]], Diagnostic>?>(nil)
    private let isCancelled = Atomic(false)
    private let finished = DispatchSemaphore(value: 0)

    /// Starts hashing `contents`.
    init(_ algorithm: DigestAlgorithm, of contents: [FileContent]) {
        DispatchQueue.global().async { [self] in
            let outcome = Result { () throws(Diagnostic) in try hash(algorithm, contents) }
            result.withLock { $0 = outcome }
            finished.signal()
        }
    }

    private func hash(_ algorithm: DigestAlgorithm, _ contents: [FileContent]) throws(Diagnostic) -> [[UInt8]]
    {
        var digests: [[UInt8]] = []
        digests.reserveCapacity(contents.count)
        for content in contents {
            if isCancelled.load(ordering: .relaxed) { return [] }
            digests.append(try Self.digest(algorithm, of: content))
        }
        return digests
    }

    private static func digest(_ algorithm: DigestAlgorithm, of content: FileContent) throws(Diagnostic)
        -> [UInt8]
    {
        var digest = Digest(algorithm)
        try content.forEachChunk { (chunk) throws(Diagnostic) in digest.update(chunk) }
        return digest.finish()
    }

    /// Whether there is nothing to wait for any more.
    var isReady: Bool { result.withLock { $0 != nil } }

    /// Waits for the digests, in the order of the contents.
    func wait() throws(Diagnostic) -> [[UInt8]] {
        finished.wait()
        finished.signal()
        return try result.withLock { $0 }?.get() ?? []
    }

    /// Lets the thread end early; for when nobody is going to wait.
    func cancel() { isCancelled.store(true, ordering: .relaxed) }
}

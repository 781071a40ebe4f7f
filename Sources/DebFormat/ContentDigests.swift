import Archive
import Cryptography
import Diagnostics
import Dispatch
import Synchronization

/// Digests of many files, made by several threads.
enum ContentDigests {
    /// Bytes for which a second thread is worth its start.
    private static let shareOfThread: Int64 = 4 << 20

    /// The digests in the order of the contents.
    ///
    /// - Throws: what reading one of the files throws; `interrupted` where the task is cancelled.
    static func of(
        _ contents: [FileContent], _ algorithm: DigestAlgorithm, threads: Int
    ) throws(Diagnostic) -> [[UInt8]] {
        let size = contents.reduce(0) { $0 + $1.size }
        let workers = max(1, min(threads, contents.count, Int(size / shareOfThread)))
        let next = Atomic(0)
        let found = Mutex<Result<[(index: Int, digest: [UInt8])], Diagnostic>>(.success([]))
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            let share = Result { () throws(Diagnostic) in
                var share: [(index: Int, digest: [UInt8])] = []
                while true {
                    let index = next.add(1, ordering: .relaxed).oldValue
                    guard index < contents.count else { return share }
                    // The one of these threads that is the caller's knows of its task.
                    if Task.isCancelled { throw .interrupted }
                    share.append((index, try digest(algorithm, of: contents[index])))
                }
            }
            // What the others would still find out is of no use.
            if case .failure = share { next.store(contents.count, ordering: .relaxed) }
            found.withLock { all in
                if case .success(let others) = all { all = share.map { others + $0 } }
            }
        }
        return try found.withLock { $0 }.get().sorted { $0.index < $1.index }.map(\.digest)
    }

    private static func digest(_ algorithm: DigestAlgorithm, of content: FileContent) throws(Diagnostic)
        -> [UInt8]
    {
        var digest = Digest(algorithm)
        try content.forEachChunk { (chunk) throws(Diagnostic) in digest.update(chunk) }
        return digest.finish()
    }
}

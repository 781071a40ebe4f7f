import Archive
import Cryptography
import Diagnostics
import Streams
import SystemPackage

/// Writes planned artifacts, several at once.
struct ArtifactWriting: Sendable {
    let output: FilePath
    let jobs: Int
    let events: WorkSink

    /// Writes each plan into the output folder and returns them in the order of the plans.
    func write(_ plans: [any ArtifactPlan]) async throws(Diagnostic) -> [Artifact] {
        let results = await withTaskGroup(of: (Int, Result<Artifact, Diagnostic>).self) { group in
            var next = 0
            var results = [Result<Artifact, Diagnostic>?](repeating: nil, count: plans.count)
            func startNext() {
                guard next < plans.count else { return }
                let index = next
                next += 1
                group.addTask { (index, self.result(of: plans[index])) }
            }
            for _ in 0..<max(1, jobs) { startNext() }
            for await (index, result) in group {
                results[index] = result
                startNext()
            }
            return results
        }
        var artifacts: [Artifact] = []
        for result in results.compactMap({ $0 }) { artifacts.append(try result.get()) }
        return artifacts
    }

    private func result(of plan: any ArtifactPlan) -> Result<Artifact, Diagnostic> {
        do throws(Diagnostic) {
            return .success(try write(plan))
        } catch {
            return .failure(error)
        }
    }

    private func write(_ plan: any ArtifactPlan) throws(Diagnostic) -> Artifact {
        let step = "writing \(plan.artifact.file)"
        events(.started(step: step))
        let path = output.appending(plan.artifact.file)
        try plan.write(to: path)
        var digest = Digest(.sha256)
        let size: Int64
        do {
            size = try Files.status(path).size
        } catch {
            throw .file("read", path, error)
        }
        try FileContent.onDisk(path, size: size).forEachChunk { (chunk) throws(Diagnostic) in digest.update(chunk) }
        events(.finished(step: step, detail: "\(size) bytes"))
        return Artifact(name: plan.artifact, path: path, size: size, sha256: Hex.string(digest.finish()))
    }
}

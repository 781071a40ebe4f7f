import Cryptography
package import Diagnostics
import KernelModule
import Streams
package import SystemPackage

/// Writes planned artifacts, several at once.
struct ArtifactWriting: Sendable {
    let output: FilePath
    let jobs: Int
    let events: WorkSink

    /// Writes each plan into the output folder and returns them in the order of the plans.
    ///
    /// Where one fails the others are still in that folder, each whole by itself: whether they stay is for the folder's
    /// owner to say, and the stage of a repository goes with all of them.
    func write(_ plans: [any ArtifactPlan]) async throws(Diagnostic) -> [Artifact] {
        let results = await concurrently(plans, width: jobs) { (plan) throws(Diagnostic) in
            try await self.write(plan)
        }
        var artifacts: [Artifact] = []
        for result in results { artifacts += try result.get() }
        return artifacts
    }

    private func write(_ plan: any ArtifactPlan) async throws(Diagnostic) -> [Artifact] {
        let step = "writing \(plan.artifact.file)"
        events(.started(step: step))
        let path = output.pushing(FilePath(plan.artifact.file))
        do throws(Diagnostic) {
            try await plan.write(to: path)
        } catch {
            events(.finished(step: step, detail: "failed"))
            throw error
        }
        var artifacts: [Artifact] = []
        for name in plan.files {
            artifacts.append(try Artifact(name, at: output.pushing(FilePath(name.file))))
        }
        events(.finished(step: step, detail: "\(artifacts.reduce(0) { $0 + $1.size }) bytes"))
        return artifacts
    }
}

extension Artifact {
    /// Describes a file that was just written.
    package init(_ name: ArtifactName, at path: FilePath) throws(Diagnostic) {
        do {
            size = try Files.status(path).size
        } catch {
            throw .file("read", path, error)
        }
        self.name = name
        self.path = path
    }

    /// The file's SHA-256 in lower-case hex, read when somebody asks: most never do, and large files take a while.
    package func sha256() throws(Diagnostic) -> String {
        try FileDigests([.sha256], of: path).hex(.sha256)
    }
}

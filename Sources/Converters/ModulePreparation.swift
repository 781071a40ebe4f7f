import Archive
import Compression
import Cryptography
import Diagnostics
import Kbuild
import KernelModule
import Kernels
import Streams
import SystemPackage

/// Signs and compresses the modules of all kernels, each module once.
package struct ModulePreparation: Sendable {
    package let signing: SigningPolicy
    package let settings: ReleaseSettings
    /// Where the finished modules are kept until they are packaged.
    package let folder: FilePath
    package let jobs: Int

    package init(signing: SigningPolicy, settings: ReleaseSettings, folder: FilePath, jobs: Int) {
        self.signing = signing
        self.settings = settings
        self.folder = folder
        self.jobs = max(1, jobs)
    }

    private struct Job: Sendable {
        let kernel: KernelFacts
        let module: BuiltModule
        let compression: CompressionFormat
        let folder: FilePath
    }

    /// Prepares every module of `units`, in their order.
    package func prepare(_ units: [UnitResult]) async throws(Diagnostic) -> [PreparedUnit] {
        var prepared: [PreparedUnit] = []
        for (index, unit) in units.enumerated() {
            let compression = compression(for: unit.kernel)
            let unitFolder = folder.appending("\(index)")
            do {
                try Files.makeDirectory(unitFolder)
            } catch {
                throw .file("create", unitFolder, error)
            }
            let jobs = unit.modules.map {
                Job(kernel: unit.kernel, module: $0, compression: compression, folder: unitFolder)
            }
            prepared.append(
                PreparedUnit(
                    kernel: unit.kernel, modules: try await prepare(jobs), compression: compression, log: unit.log))
        }
        return prepared
    }

    /// `--compress`, else the suffix of the kernel's own modules, else the target's rule, else none.
    package func compression(for kernel: KernelFacts) -> CompressionFormat {
        settings.moduleCompression ?? kernel.nativeCompression
            ?? (settings.target ?? kernel.target)?.moduleCompression ?? .none
    }

    private func prepare(_ work: [Job]) async throws(Diagnostic) -> [PreparedModule] {
        let results = await withTaskGroup(of: (Int, Result<PreparedModule, Diagnostic>).self) { group in
            var results = [Result<PreparedModule, Diagnostic>?](repeating: nil, count: work.count)
            var next = 0
            func startNext() {
                guard next < work.count else { return }
                let index = next
                next += 1
                group.addTask { (index, self.result(of: work[index])) }
            }
            for _ in 0..<jobs { startNext() }
            for await (index, result) in group {
                results[index] = result
                startNext()
            }
            return results
        }
        var modules: [PreparedModule] = []
        for result in results.compactMap({ $0 }) { modules.append(try result.get()) }
        return modules
    }

    private func result(of job: Job) -> Result<PreparedModule, Diagnostic> {
        do throws(Diagnostic) {
            return .success(try prepare(job))
        } catch {
            return .failure(error.during("preparing \(job.module.name).ko for \(job.kernel.release)"))
        }
    }

    private func prepare(_ job: Job) throws(Diagnostic) -> PreparedModule {
        var bytes = try ModuleCompression.decompress(try Files.read(job.module.path))
        if let identity = signing.identity {
            let hash = try hash(for: job.kernel)
            bytes = try ModuleSigner(identity: identity, hash: hash).sign(bytes, replacing: true)
        }
        let facts = try ModuleFile(bytes: bytes).facts
        if signing.isRequired, facts.signature == nil {
            throw .error(
                "signature-required", "\(job.module.name).ko is not signed",
                hint: "give --sign-key and --sign-cert, or drop --require-signature")
        }
        let plain = job.folder.appending("\(job.module.name).ko")
        try Files.write(bytes, to: plain)
        var packed = FileContent.onDisk(plain, size: Int64(bytes.count))
        if job.compression != .none {
            let compressed = try ModuleCompression.compress(bytes, job.compression)
            let path = job.folder.appending("\(job.module.name).ko\(job.compression.suffix)")
            try Files.write(compressed, to: path)
            packed = .onDisk(path, size: Int64(compressed.count))
        }
        return PreparedModule(
            name: job.module.name, destination: job.module.destination, facts: facts,
            plain: .onDisk(plain, size: Int64(bytes.count)), packed: packed, packedFormat: job.compression)
    }

    private func hash(for kernel: KernelFacts) throws(Diagnostic) -> DigestAlgorithm {
        if let hash = signing.hash { return hash }
        guard let name = kernel.signatureHash else {
            throw .error(
                "no-signature-hash", "kernel \(kernel.release) checks no signatures, so its configuration names no digest",
                hint: "give one, for example: --sign-hash sha256")
        }
        return try DigestAlgorithm(parsing: name)
    }
}

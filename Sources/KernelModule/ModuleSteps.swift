package import Compression
import Cryptography
package import Diagnostics
import Streams
package import SystemPackage

/// What is done to a built module, always in this order: strip, sign, compress.
package struct ModuleSteps: Sendable {
    package var stripper: ModuleStripper?
    package var signer: ModuleSigner?
    package var compression: CompressionFormat

    package init(
        stripper: ModuleStripper? = nil, signer: ModuleSigner? = nil, compression: CompressionFormat = .none
    ) {
        self.stripper = stripper
        self.signer = signer
        self.compression = compression
    }

    /// The finished bytes of the .ko file at `path`, which may be compressed and isn't changed.
    package func finish(_ path: FilePath) async throws(Diagnostic) -> [UInt8] {
        do throws(Diagnostic) {
            let module = try ModuleCompression.decompress(Files.read(path))
            guard let stripper else { return try finish(module) }
            // strip drops a signature silently; whether that may happen is the signer's to say.
            if let signer, !signer.replaces { _ = try signer.unsigned(module) }
            let folder = try TemporaryFolder("strip")
            let input = folder.path.appending("in.ko")
            let output = folder.path.appending("out.ko")
            try Files.write(ModuleSignature.strippedOff(module), to: input)
            try await stripper.strip(input, into: output)
            return try finish(Files.read(output))
        } catch {
            throw error.during(path.string)
        }
    }

    /// Signs and compresses a module that needs no stripping any more.
    package func finish(_ module: [UInt8]) throws(Diagnostic) -> [UInt8] {
        try ModuleCompression.compress(signer?.sign(module) ?? module, compression)
    }

    /// One module's way from where it was built to where it goes.
    package struct Job: Hashable, Sendable {
        package let source: FilePath
        /// Its name should end with ``ModuleSteps/compression``'s suffix.
        package let output: FilePath

        package init(source: FilePath, output: FilePath) {
            self.source = source
            self.output = output
        }
    }

    /// A module that was written.
    package struct Written: Hashable, Sendable {
        package let output: FilePath
        package let size: Int
        /// Lower-case hexadecimal.
        package let sha256: String
    }

    /// Finishes many modules, at most `width` at a time, and writes each under its name when it is whole.
    ///
    /// - Returns: what was written, in the order of `jobs`.
    /// - Throws: the fault of the only module that failed; `module-steps-failed` with all of them; `interrupted`.
    package func run(_ jobs: [Job], width: Int, _ onFinish: @Sendable @escaping (Int) -> Void = { _ in })
        async throws(Diagnostic) -> [Written]
    {
        let results = await concurrently(jobs, width: width, onFinish) {
            job async throws(Diagnostic) -> Written in
            let bytes = try await finish(job.source)
            var file = try OutputFile(job.output)
            try file.write(bytes)
            try file.commit()
            return Written(
                output: job.output, size: bytes.count, sha256: DigestAlgorithm.sha256.hexHash(bytes))
        }
        var faults: [Diagnostic] = []
        var written: [Written] = []
        for result in results {
            switch result {
            case .success(let module): written.append(module)
            case .failure(let fault): faults.append(fault)
            }
        }
        if let interruption = faults.first(where: { $0.status == .interrupted }) { throw interruption }
        if faults.count == 1, let fault = faults.first { throw fault }
        guard faults.isEmpty else {
            throw .error(
                "module-steps-failed", "\(faults.count) of \(jobs.count) modules could not be finished",
                related: faults)
        }
        return written
    }
}

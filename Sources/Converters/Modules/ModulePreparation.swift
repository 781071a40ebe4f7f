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
struct ModulePreparation: Sendable {
    private let signing: SigningPolicy
    private let settings: ReleaseSettings
    private let folder: FilePath
    private let jobs: Int

    /// - Parameter folder: where the finished modules are kept until they are packaged.
    init(signing: SigningPolicy, settings: ReleaseSettings, folder: FilePath, jobs: Int) {
        self.signing = signing
        self.settings = settings
        self.folder = folder
        self.jobs = jobs
    }

    private struct Job: Sendable {
        let unit: Int
        let kernel: KernelFacts
        let module: BuiltModule
        let compression: CompressionFormat
    }

    /// Prepares every module of `units`, in their order, whatever the kernel several at once.
    func prepare(_ units: [UnitResult]) async throws(Diagnostic) -> [PreparedUnit] {
        var work: [Job] = []
        for (index, unit) in units.enumerated() {
            do {
                try Files.makeDirectory(folder.appending("\(index)"))
            } catch {
                throw .file("create", folder.appending("\(index)"), error)
            }
            work += unit.modules.map {
                Job(unit: index, kernel: unit.kernel, module: $0, compression: compression(for: unit.kernel))
            }
        }
        let results = await concurrently(work, width: jobs) { (job) throws(Diagnostic) in
            do throws(Diagnostic) {
                return try self.prepare(job)
            } catch {
                throw error.during("preparing \(job.module.name).ko for \(job.kernel.release)")
            }
        }
        var modules = [[PreparedModule]](repeating: [], count: units.count)
        for (job, result) in zip(work, results) { modules[job.unit].append(try result.get()) }
        return zip(units, modules).map { unit, modules in
            PreparedUnit(
                kernel: unit.kernel, modules: modules, compression: compression(for: unit.kernel),
                log: unit.carriedLog, recordedForeignSymbols: unit.foreignSymbols)
        }
    }

    /// The same modules, but none of them is there yet: they have names and no content.
    ///
    /// - Throws: what ``prepare(_:)`` is certain to throw when they are.
    func foresee(_ units: [UnitResult]) throws(Diagnostic) -> [PreparedUnit] {
        try foreseeSigning(of: units)
        return units.map { unit in
            let compression = compression(for: unit.kernel)
            let modules = unit.plannedModules.map {
                PreparedModule(
                    name: $0.name, destination: $0.destination, facts: nil, plain: .bytes([]),
                    packed: .bytes([]),
                    packedFormat: compression)
            }
            return PreparedUnit(kernel: unit.kernel, modules: modules, compression: compression, log: nil)
        }
    }

    private func foreseeSigning(of units: [UnitResult]) throws(Diagnostic) {
        guard let identity = signing.identity else {
            guard signing.isRequired else { return }
            for unit in units {
                // What may be signed by the build is seen when it is there.
                guard let module = unit.plannedModules.first(where: { !$0.mayBeSigned }) else { continue }
                throw Self.signatureRequired.during("\(module.name).ko for \(unit.kernel.release)")
            }
            return
        }
        var tried: Set<DigestAlgorithm> = []
        for unit in units {
            let hash = try hash(for: unit.kernel)
            guard tried.insert(hash).inserted else { continue }
            do throws(Diagnostic) {
                // Not every key goes with every digest, nor has every libcrypto all of them.
                _ = try identity.sign(Array("mkdkms\n".utf8), hash)
            } catch {
                throw error.during("signing with \(hash.rawValue) for \(unit.kernel.release)")
            }
        }
    }

    private static let signatureRequired = Diagnostic.error(
        "signature-required", "the module is not signed",
        hint: "give --sign-key and --sign-cert, or drop --require-signature")

    /// What is to be said of a `--compress` whose modules the kernels' systems may pass over; what a kernel's own modules
    /// have is read.
    ///
    /// - Throws: `unreadable-compression` where they certainly do.
    func check(compressionFor units: [UnitResult]) throws(Diagnostic) -> [Diagnostic] {
        guard let format = settings.moduleCompression else { return [] }
        var without: [String] = []
        for unit in units where unit.kernel.nativeCompression != format {
            guard let target = settings.target ?? unit.kernel.target else { continue }
            switch target.readability(of: format) {
            case .reads: break
            case .predates:
                throw .error(
                    "unreadable-compression",
                    "kmod of \(target) knows no modules that end with .ko\(format.suffix): nothing would load those for \(unit.kernel.release)",
                    hint: "drop --compress, or give one of its: \(Self.readable(target))")
            case .isBuiltWithout where !without.contains(target.description):
                without.append(target.description)
            case .isBuiltWithout: break
            }
        }
        return without.map { target in
            .warning(
                "unreadable-compression",
                "kmod of \(target) is built without \(format.rawValue): it passes over modules that end with .ko\(format.suffix)",
                hint: "drop --compress, unless the machines have another kmod")
        }
    }

    private static func readable(_ target: Distribution) -> String {
        CompressionFormat.allCases.filter { target.readability(of: $0) == .reads }.map(\.rawValue)
            .joined(separator: ", ")
    }

    /// `--compress`, else the suffix of the kernel's own modules, else the target's rule, else none.
    private func compression(for kernel: KernelFacts) -> CompressionFormat {
        settings.moduleCompression ?? kernel.nativeCompression
            ?? (settings.target ?? kernel.target)?.moduleCompression ?? .none
    }

    private func prepare(_ job: Job) throws(Diagnostic) -> PreparedModule {
        var bytes = try ModuleCompression.decompress(try Files.read(job.module.path))
        if let identity = signing.identity {
            bytes = try ModuleSigner(identity, hash: try hash(for: job.kernel), replaces: true).sign(bytes)
        }
        let facts = try ModuleFile(bytes, fileName: "\(job.module.name).ko")
        if signing.isRequired, facts.signature == nil { throw Self.signatureRequired }
        let plain = try keep(bytes, .none, job)
        let packed =
            job.compression == .none
            ? plain : try keep(try ModuleCompression.compress(bytes, job.compression), job.compression, job)
        return PreparedModule(
            name: job.module.name, destination: job.module.destination, facts: facts, plain: plain,
            packed: packed,
            packedFormat: job.compression)
    }

    /// On disk, so that hundreds of kernels don't fill the memory.
    private func keep(_ bytes: [UInt8], _ format: CompressionFormat, _ job: Job) throws(Diagnostic)
        -> FileContent
    {
        let path = folder.appending("\(job.unit)").appending("\(job.module.name).ko\(format.suffix)")
        try Files.write(bytes, to: path)
        return .onDisk(path, size: Int64(bytes.count))
    }

    private func hash(for kernel: KernelFacts) throws(Diagnostic) -> DigestAlgorithm {
        if let hash = signing.hash { return hash }
        guard let name = kernel.signatureHash else {
            throw .error(
                "no-signature-hash",
                "kernel \(kernel.release) checks no signatures, so its configuration names no digest",
                hint: "give one, for example: --sign-hash sha256")
        }
        return try DigestAlgorithm(parsing: name)
    }
}

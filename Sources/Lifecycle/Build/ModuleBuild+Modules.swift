import Compression
import Cryptography
import Diagnostics
import KernelModule
import Streams
import SystemPackage
import Tools

extension ModuleBuild {
    /// Strips, signs and compresses each module on its way into the staging folder.
    func fill(_ staging: BuildStaging) async throws(EngineStop) {
        try stopping { () throws(Diagnostic) in
            let symvers = folder.appending("Module.symvers")
            if Files.isRegularFile(symvers) {
                try Files.copyWhole(symvers, to: staging.modules.appending("Module.symvers"))
            }
        }
        for record in conf.buildable {
            let module = folder.pushing(FilePath(record.builtPath))
            guard Files.isRegularFile(module) else {
                console.warn("\(module) has disappeared")
                continue
            }
            do throws(Diagnostic) {
                if record.strips { try await strip(module) }
                try await finish(module, record, into: staging.modules)
            } catch {
                throw EngineStop(error)
            }
        }
        for record in conf.buildable
        where ModuleStore.file(record.destName, in: staging.modules, suffix: suffix) == nil {
            throw EngineStop(7, "Missing module '\(record.destName)' in \(staging.modules)")
        }
    }

    private func strip(_ module: FilePath) async throws(Diagnostic) {
        try await ModuleStripper(program: environment.usesClang ? "llvm-strip" : "strip").strip(module)
    }

    /// Signs and compresses a module in `folder`, which nothing is done to any more after that.
    func finish(_ module: FilePath, _ record: EngineConf.Record, into folder: FilePath)
        async throws(Diagnostic)
    {
        if let signer {
            console.say("Signing module \(module)")
            try await sign(module, by: signer)
        }
        let target = folder.appending("\(record.destName).ko\(suffix)")
        if let program = customCompressor {
            try Files.copyWhole(module, to: folder.appending("\(record.destName).ko"))
            let plain = folder.appending("\(record.destName).ko")
            let status = try await console.attach(
                Program(
                    program.name, program.arguments + ["-f", plain.string],
                    environment: environment.variables()))
            // As with dkms a module that the program leaves alone is installed as it is.
            if status != 0 { console.warn("\(program.name) failed, \(plain) stays uncompressed") }
            return
        }
        let format = CompressionFormat.allCases.first { $0.suffix == suffix } ?? .none
        try Files.write(ModuleCompression.compress(Files.read(module), format), to: target)
    }

    /// A signature that fails leaves the module unsigned, with a warning.
    private func sign(_ module: FilePath, by signer: EngineSigner) async throws(Diagnostic) {
        let signed: [UInt8]
        do throws(Diagnostic) {
            switch try signer.way() {
            case .inProcess(let native): signed = try native.sign(Files.read(module))
            case .byProgram(let fault): return try await sign(module, with: signer, since: fault)
            }
        } catch {
            console.warn("Failed to sign module '\(module)'!", error.message)
            return
        }
        try Files.write(signed, to: module)
    }

    /// - Parameter fault: why it isn't done in process, which tells more than what libcrypto says of a token.
    private func sign(
        _ module: FilePath, with signer: EngineSigner, since fault: Diagnostic?
    ) async throws(Diagnostic) {
        let outcome = try await Program(
            signer.program.string, [signer.hash, signer.key, signer.certificate, module.string],
            environment: CallerEnvironment.all()
        ).capture()
        guard outcome.status != 0 else { return }
        // sign-file repeats its arguments, one of which may have the PIN in it.
        let said = String(decoding: outcome.output + outcome.errorOutput, as: UTF8.self)
            .replacing(signer.key, with: TokenURI.name(of: signer.key))
        let lines =
            [said.hasSuffix("\n") ? String(said.dropLast()) : said] + (fault.map { [$0.message] } ?? [])
        console.warn("Failed to sign module '\(module)'!", lines.joined(separator: "\n"))
    }

    /// The compressor with the options that framework.conf gives it; nil where they are the usual ones, which is done in
    /// process with the same result.
    private var customCompressor: (name: String, arguments: [String])? {
        let settings = engine.settings
        let (name, options, usual): (String, String, String) =
            switch suffix {
            case ".gz": ("gzip", settings.gzipOptions, "")
            case ".xz": ("xz", settings.xzOptions, EngineSettings.defaultXzOptions)
            case ".zst": ("zstd", settings.zstdOptions, EngineSettings.defaultZstdOptions)
            default: ("", "", "")
            }
        return options == usual
            ? nil : (name, options.split(separator: " ").map(String.init))
    }
}

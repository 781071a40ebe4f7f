import Compression
import Diagnostics
import DkmsConf
import KernelModule
import Streams
import SystemPackage

/// A finished module before POST_BUILD ran.
struct FinishedModule: Sendable {
    let file: FilePath
    let bytes: [UInt8]
}

extension ModuleBuild {
    /// The finished modules by their records; none where no POST_BUILD could change one.
    func finishedModules() -> [EngineConf.Record: FinishedModule] {
        guard conf.hooks.postBuild?.isEmpty == false else { return [:] }
        var modules: [EngineConf.Record: FinishedModule] = [:]
        for record in conf.buildable {
            let file = ModuleStore.file(record.destName, in: tree.modules(package, build), suffix: suffix)
            guard let file, let bytes = try? Files.contents(file) else { continue }
            modules[record] = FinishedModule(file: file, bytes: bytes)
        }
        return modules
    }

    /// Signs and compresses again what POST_BUILD has changed: a signature over other bytes is refused by the kernel.
    ///
    /// What the script has signed itself, or removed, stays as it is.
    func finishChanged(since before: [EngineConf.Record: FinishedModule]) async throws(EngineStop) {
        for (record, old) in before.sorted(by: { $0.key.index < $1.key.index }) {
            do throws(Diagnostic) {
                guard let bytes = try? Files.contents(old.file), bytes != old.bytes else { continue }
                let module = try ModuleCompression.decompress(bytes)
                let end = try ModuleSignature.split(module).end
                let signature = module[end...]
                if !signature.isEmpty, signature != (try Self.signature(of: old)) { continue }
                let plain = folder.appending("\(record.destName).ko")
                try Files.write(Array(module[..<end]), to: plain)
                try await finish(plain, record, into: old.file.removingLastComponent())
            } catch {
                throw EngineStop(error)
            }
        }
    }

    private static func signature(of module: FinishedModule) throws(Diagnostic) -> ArraySlice<UInt8> {
        let bytes = try ModuleCompression.decompress(module.bytes)
        return bytes[try ModuleSignature.split(bytes).end...]
    }
}

import Archive
import Cryptography
package import Diagnostics
package import Kbuild
import Kernels
package import SourceTree
import Streams
package import SystemPackage

extension ModuleFolder {
    /// Writes one unit, replacing what an earlier run left for the same kernel; returns the module files.
    package func write(
        _ result: UnitResult, _ prepared: PreparedUnit?, of identity: PackageIdentity
    ) throws(Diagnostic) -> [FilePath] {
        let folder = path.appending(result.kernel.release).appending(result.kernel.arch)
        do {
            try Files.removeTree(folder)
            try Files.makeDirectories(folder)
        } catch {
            throw .file("create", folder, error)
        }
        var files: [FilePath] = []
        var modules: [UnitRecord.Module] = []
        for module in prepared?.modules ?? [] {
            let (name, content) = module.file(module.packedFormat)
            let bytes = try content.readAll()
            try Files.write(bytes, to: folder.appending(name))
            files.append(folder.appending(name))
            modules.append(
                UnitRecord.Module(
                    name: module.name, destination: module.destination, file: name,
                    sha256: DigestAlgorithm.sha256.hexHash(bytes)))
        }
        if let log = result.carriedLog {
            try Files.write(try Files.read(log), to: folder.appending("make.log"))
        }
        let record = UnitRecord(
            name: identity.name, version: identity.version, kernel: result.kernel, state: result.stateName,
            reason: result.reason, modules: modules)
        try Files.write(try record.encoded(), to: folder.appending(UnitRecord.fileName))
        return files
    }
}

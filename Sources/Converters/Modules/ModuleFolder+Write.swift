import Archive
import Cryptography
package import Diagnostics
package import Kbuild
import Kernels
package import SourceTree
import Streams
package import SystemPackage

extension ModuleFolder {
    /// Writes one unit, in place of what an earlier run left for the same kernel; returns the module files.
    ///
    /// It is written beside its place and moved there when it is whole.
    /// - Throws: `other-module` where the place holds the modules of another package.
    package func write(
        _ result: UnitResult, _ prepared: PreparedUnit?, of identity: PackageIdentity, sourceDigest: String
    ) throws(Diagnostic) -> [FilePath] {
        let parent = path.appending(result.kernel.release)
        let folder = parent.appending(result.kernel.arch)
        try refuseOther(folder, identity)
        let stage = try Self.stage(in: parent)
        var modules: [UnitRecord.Module] = []
        for module in prepared?.modules ?? [] {
            let (name, content) = module.file(module.packedFormat)
            let bytes = try content.readAll()
            var file = try OutputFile(stage.path.appending(name))
            try file.write(bytes)
            try file.commit()
            modules.append(
                UnitRecord.Module(
                    name: module.name, destination: module.destination, file: name,
                    sha256: DigestAlgorithm.sha256.hexHash(bytes)))
        }
        if let log = result.carriedLog {
            try Files.write(try Files.read(log), to: stage.path.appending("make.log"))
        }
        let record = UnitRecord(
            name: identity.name, version: identity.version, sourceDigest: sourceDigest, kernel: result.kernel,
            state: result.stateName, reason: result.reason, modules: modules,
            foreignSymbols: try prepared?.foreignSymbols())
        try Files.write(try record.encoded(), to: stage.path.appending(UnitRecord.fileName))
        do {
            try Files.removeTree(folder)
            try Files.setPermissions(stage.path, 0o755)
            try Files.rename(stage.path, to: folder)
        } catch {
            throw .file("write", folder, error)
        }
        return modules.map { folder.appending($0.file) }
    }

    private static func stage(in parent: FilePath) throws(Diagnostic) -> TemporaryFolder {
        do {
            try Files.makeDirectories(parent)
        } catch {
            throw .file("create", parent, error)
        }
        return try TemporaryFolder("unit", in: parent)
    }

    private func refuseOther(_ folder: FilePath, _ identity: PackageIdentity) throws(Diagnostic) {
        guard Files.exists(folder) else { return }
        let record = folder.appending(UnitRecord.fileName)
        guard Files.isRegularFile(record), let old = Self.record(record) else {
            throw .error(
                "other-module", "\(folder) is there already, and was not written by mkdkms modules",
                hint: "choose another folder with -o")
        }
        guard old.name == identity.name else {
            throw .error(
                "other-module", "\(folder) holds the modules of \(old.name)/\(old.version)",
                hint: "choose another folder with -o")
        }
    }

    private static func record(_ path: FilePath) -> UnitRecord? {
        do throws(Diagnostic) {
            return try UnitRecord(contentsOf: path)
        } catch {
            return nil
        }
    }
}

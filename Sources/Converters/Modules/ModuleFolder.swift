import Cryptography
package import Diagnostics
package import Kbuild
import Kernels
package import SourceTree
import Streams
package import SystemPackage

/// The folder that `mkdkms modules -o DIR` writes and `--from DIR` reads: `K/ARCH/{NAME.ko…,make.log,unit.json}`.
package struct ModuleFolder: Sendable {
    package let path: FilePath

    package init(_ path: FilePath) { self.path = path }

    /// The units in the folder of one package, sorted by kernel; every file's digest is checked.
    ///
    /// - Parameter releases: the kernels that are wanted; empty for all.
    /// - Throws: `source-changed` where the modules were built from another state of the tree; `no-units`; `kernel-not-built` for a kernel that the folder has nothing of; `other-module`;
    ///   `digest-mismatch`; `bad-unit-record`.
    package func units(
        of identity: PackageIdentity, sourceDigest: String, _ releases: [String] = []
    )
        throws(Diagnostic)
        -> [UnitResult]
    {
        let records = try records()
        guard !records.isEmpty else {
            throw .error(
                "no-units", "\(path) holds no modules",
                hint: "give the folder that mkdkms modules TREE -k K -o DIR wrote")
        }
        let built = Set(records.map(\.record.kernel.release))
        if let missing = releases.first(where: { !built.contains($0) }) {
            throw .error(
                "kernel-not-built", "\(path) holds no modules for kernel \(missing)",
                hint: "give -k one of: \(built.sorted().joined(separator: ", ")); or build it first")
        }
        var units: [UnitResult] = []
        for record in records where releases.isEmpty || releases.contains(record.record.kernel.release) {
            try record.check(identity, sourceDigest)
            units.append(try unit(record))
        }
        return units
    }

    private struct Entry {
        let folder: FilePath
        let record: UnitRecord

        /// Refuses modules of another package, and of another state of this one.
        func check(_ identity: PackageIdentity, _ sourceDigest: String) throws(Diagnostic) {
            guard record.name == identity.name, record.version == identity.version else {
                throw .error(
                    "other-module", "\(folder) holds \(record.name)/\(record.version), not \(identity)",
                    hint: "give the folder of this tree's modules")
            }
            guard record.sourceDigest == sourceDigest else {
                throw .error(
                    "source-changed", "the modules in \(folder) were built from another state of the tree",
                    hint: "build them again with: mkdkms modules TREE -k \(record.kernel.release) -o DIR")
            }
        }
    }

    private func records() throws(Diagnostic) -> [Entry] {
        var entries: [Entry] = []
        do {
            for kernel in try Files.names(in: path) where Files.isDirectory(path.appending(kernel)) {
                for arch in try Files.names(in: path.appending(kernel)) {
                    let folder = path.appending(kernel).appending(arch)
                    let file = folder.appending(UnitRecord.fileName)
                    guard Files.isRegularFile(file) else { continue }
                    entries.append(Entry(folder: folder, record: try UnitRecord(contentsOf: file)))
                }
            }
        } catch let error as Errno {
            throw .file("read", path, error)
        } catch let error as Diagnostic {
            throw error
        } catch {
            throw .file("read", path, .ioError)
        }
        return entries
    }

    private func unit(_ entry: Entry) throws(Diagnostic) -> UnitResult {
        var modules: [BuiltModule] = []
        for module in entry.record.modules {
            guard let name = FilePath.Component(module.file), name.kind == .regular else {
                throw .error("bad-unit-record", "\(entry.folder): \(module.file) is no file name")
            }
            let file = entry.folder.appending(name)
            guard DigestAlgorithm.sha256.hexHash(try Files.read(file)) == module.sha256 else {
                throw .error(
                    "digest-mismatch", "\(file) is not the file that unit.json describes",
                    hint: "make the folder anew with: mkdkms modules TREE -k K -o DIR")
            }
            modules.append(BuiltModule(name: module.name, destination: module.destination, path: file))
        }
        let file = entry.folder.appending("make.log")
        let log = Files.isRegularFile(file) ? file : nil
        let state: UnitResult.State =
            switch entry.record.state {
            case "built": .built(modules)
            case "excluded": .excluded(entry.record.reason ?? "")
            default: .failed(Self.failure(entry.record.reason ?? "the unit failed", log))
            }
        var result = UnitResult(kernel: entry.record.kernel, state: state, log: log, seconds: 0)
        result.foreignSymbols = entry.record.foreignSymbols
        return result
    }

    /// Why a kernel has no modules, as the run said that wrote the folder: its reason ends with the code.
    private static func failure(_ reason: String, _ log: FilePath?) -> Diagnostic {
        let hint = log.map { "read \($0)" }
        guard let said = reason.wholeMatch(of: /(.*) \[([a-z0-9-]+)\]/.dotMatchesNewlines()) else {
            return .error("build-failed", reason, hint: hint)
        }
        return .error(.init(String(said.2)), String(said.1), hint: hint)
    }
}

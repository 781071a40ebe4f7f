package import Diagnostics
package import Kernels
import Streams
package import SystemPackage

import FoundationEssentials

/// `unit.json`: what one unit made, for packaging it later and elsewhere (`--from`).
package struct UnitRecord: Codable, Sendable {
    package static let currentSchema = "mkdkms.unit/1"
    package static let fileName = "unit.json"

    package struct Module: Codable, Sendable {
        /// Its DEST_MODULE_NAME.
        package var name: String
        /// Its DEST_MODULE_LOCATION.
        package var destination: String
        /// The file beside the record.
        package var file: String
        /// Of that file, lower-case hex.
        package var sha256: String

        package init(name: String, destination: String, file: String, sha256: String) {
            self.name = name
            self.destination = destination
            self.file = file
            self.sha256 = sha256
        }
    }

    package var schema: String
    package var name: String
    package var version: String
    /// Of the tree that the modules were built from, lower-case hex.
    package var sourceDigest: String
    package var kernel: KernelFacts
    /// `built`, `excluded` or `failed`.
    package var state: String
    package var reason: String?
    package var modules: [Module]
    /// Symbols that the modules get from other packages, sorted; nil where that was not known when they were built.
    package var foreignSymbols: [String]?

    package init(
        name: String, version: String, sourceDigest: String, kernel: KernelFacts, state: String,
        reason: String?, modules: [Module], foreignSymbols: [String]? = nil
    ) {
        schema = Self.currentSchema
        self.name = name
        self.version = version
        self.sourceDigest = sourceDigest
        self.kernel = kernel
        self.state = state
        self.reason = reason
        self.modules = modules
        self.foreignSymbols = foreignSymbols
    }

    /// - Throws: `bad-unit-record` for a file that isn't one of these.
    package init(contentsOf path: FilePath) throws(Diagnostic) {
        let bytes = try Files.read(path)
        do {
            self = try JSONDecoder().decode(UnitRecord.self, from: Data(bytes))
        } catch {
            throw Self.bad(path)
        }
        let names = [name, version, kernel.release, kernel.arch] + modules.flatMap { [$0.name, $0.file] }
        let folders = modules.flatMap { $0.destination.split(separator: "/") }
        // Records come from other machines, and these become paths.
        guard schema == Self.currentSchema, names.allSatisfy(PlainName.isPlain),
            folders.allSatisfy(PlainName.isPlain)
        else { throw Self.bad(path) }
    }

    /// Sorted keys, so that equal units have equal records.
    package func encoded() throws(Diagnostic) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
        } catch {
            throw .error("json-failed", "unit.json cannot be written: \(error)")
        }
    }

    private static func bad(_ path: FilePath) -> Diagnostic {
        .error(
            "bad-unit-record", "\(path) is no record of a unit (\(currentSchema))",
            hint: "make the folder anew with: mkdkms modules TREE -k K -o DIR")
    }
}

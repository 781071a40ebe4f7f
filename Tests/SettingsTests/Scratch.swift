import Diagnostics
import Settings
import Streams
import SystemPackage

/// A folder for one test, which goes away with its suite's value.
final class Scratch: Sendable {
    private let folder: TemporaryFolder
    var path: FilePath { folder.path }

    init() throws(Diagnostic) { folder = try TemporaryFolder("settings-test") }

    @discardableResult
    func write(_ name: String, _ text: String, mode: UInt16 = 0o644) throws -> FilePath {
        let file = path.pushing(FilePath(name))
        try Files.makeDirectories(file.removingLastComponent())
        try Files.write(Array(text.utf8), to: file, mode: mode)
        return file
    }

    /// The settings that `text` makes.
    func settings(_ text: String, of owner: SettingsFile.Owner = .user) throws(Diagnostic) -> SettingsFile {
        do {
            return try SettingsFile(try write("mkdkms.yaml", text), of: owner, targets: .few)
        } catch let error as Diagnostic {
            throw error
        } catch {
            throw .error("scratch", "\(error)")
        }
    }

    /// `LINE CODE` of every fault that `text` has.
    func faults(_ text: String, of owner: SettingsFile.Owner = .user) -> [String] {
        do {
            _ = try settings(text, of: owner)
            return []
        } catch {
            return error.related.map { "\($0.location?.line ?? 0) \($0.code)" }
        }
    }
}

extension TargetNames {
    static let few = TargetNames(distributions: ["debian", "el"]) {
        ["debian:12", "debian:13", "el:9"].contains($0)
    }
}

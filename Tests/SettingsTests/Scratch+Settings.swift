import Diagnostics
import ScratchFolder
import Settings
import SystemPackage

extension Scratch {
    @discardableResult
    func write(_ name: String, _ text: String, mode: UInt16 = 0o644) throws -> FilePath {
        try write(Array(text.utf8), to: name, mode: mode)
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

import Diagnostics
import Settings

/// A verb that makes something of a tree, and so goes by a settings file.
protocol PackagingVerb: Verb {
    var flags: ReleaseFlags { get }
}

extension AlpineCommand: PackagingVerb {}
extension ArchCommand: PackagingVerb {}
extension BundleCommand: PackagingVerb {}
extension DebCommand: PackagingVerb {}
extension DriverDiskCommand: PackagingVerb {}
extension ModulesCommand: PackagingVerb {}
extension RPMCommand: PackagingVerb {}
extension ReleaseCommand: PackagingVerb {}
extension TarballCommand: PackagingVerb {}

extension Verb {
    /// Does the work with the settings file in effect, where the verb has one.
    func performWithSettings(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        guard let settings = try (self as? any PackagingVerb)?.flags.settingsFile() else {
            return try await perform(events)
        }
        for warning in settings.warnings { events(.diagnostic(warning)) }
        let outcome = await EnvironmentOption.$settings.withValue(settings) {
            () async -> Result<Report, Diagnostic> in
            do throws(Diagnostic) {
                return .success(try await perform(events))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }
}

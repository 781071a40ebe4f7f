import Diagnostics
import Kernels
import Settings
import SourceTree

/// What packages say of the releases before, where nobody says it for them.
extension Production {
    /// The revision: the one that was asked for; that of the changelog's newest entry, where it is for this version; that
    /// of the package that the tree came in; else 1.
    func revision(of identity: PackageIdentity, for converters: [any Converter]) -> String {
        if let revision { return revision }
        let newest = project(of: identity, for: converters).changelog.first
        let naming = try? PackageNaming(name: identity.name, version: identity.version, revision: "1")
        if let newest, let given = naming?.own(newest.version)?.revision,
            let usable = CarriedHistory.mapped(given, for: converters)
        {
            return usable
        }
        // A revision counts the packages of one version, and this is another one.
        guard tree.packageVersion == nil else { return "1" }
        return history?.revision(for: converters) ?? "1"
    }

    /// What is known of the project: its own changelog, else that of the package that the tree came in.
    func project(of identity: PackageIdentity, for converters: [any Converter]) -> ProjectSettings {
        var whole = project
        if whole.changelog.isEmpty {
            whole.changelog = history?.changelog(for: converters, of: identity.version) ?? []
        }
        return whole
    }

    /// What the packages lack, or are not, of the one that the tree came in.
    func carriedWarnings(_ converters: [any Converter], _ naming: PackageNaming) -> [Diagnostic] {
        let isSameFormat = converters.contains { $0.packsSource && $0.packageFormat == carried?.format }
        let epoch = isSameFormat ? formerName?.epochWarning(naming) : nil
        return (epoch.map { [$0] } ?? []) + (carried?.warnings(for: converters, naming, project) ?? [])
    }
}

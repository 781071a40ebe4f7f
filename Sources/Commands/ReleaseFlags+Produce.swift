import Converters
import Diagnostics
import Inputs
import Kbuild
import Kernels
import Settings
import SourceTree
import SystemPackage

extension ReleaseFlags {
    /// The work that these options ask for.
    func production(
        _ loaded: borrowing LoadedTree, _ source: ModuleSource, _ events: @escaping WorkSink
    ) throws(Diagnostic) -> Production {
        // What the input's own package says is taken where it fits; what the user says has to fit.
        let metadata = metadata?.given ?? .init()
        try metadata.check()
        let own = try ownSettings(of: loaded.tree, events)
        if let warning = licenseWarning(own, loaded.tree) { events(.diagnostic(warning)) }
        let signing =
            try build?.signing.policy()
            ?? SigningPolicy(identity: nil, hash: nil, isDeclined: false, isRequired: false)
        var production = Production(
            tree: loaded.tree,
            metadata: metadata.falling(backTo: own?.given ?? .init()).falling(backTo: loaded.given),
            revision: self.metadata?.revision, modules: source,
            build: try buildOptions(events: events),
            signing: signing, settings: try settings(identity: signing.identity),
            output: outputFolder, isDryRun: isDryRun)
        production.places = .init(revision: self.metadata?.revisionPlace, output: output.place)
        production.project = (EnvironmentOption.settings?.project ?? ProjectSettings())
            .falling(backTo: own?.project ?? ProjectSettings())
        let project = production.project
        if let warning = loaded.filesBesideTree?.warning(besides: { project.gives($0) }) {
            events(.diagnostic(warning))
        }
        if let warning = loaded.scriptsLeftOut { events(.diagnostic(warning)) }
        production.carried = loaded.carried
        let isLicenseGiven = metadata.license != nil || own?.given.license != nil
        production.texts = isLicenseGiven ? loaded.texts.withoutLicense : loaded.texts
        production.history = loaded.history
        production.formerName = loaded.formerName
        return production
    }

    /// A licence that somebody gave is written as it is; what is no SPDX expression is told.
    private func licenseWarning(_ own: SettingsFile?, _ tree: SourceTree) -> Diagnostic? {
        guard let metadata else { return nil }
        if let license = metadata.given.license {
            return PackageLicense.warning(of: license, at: metadata.licensePlace)
        }
        return own?.options["license"].flatMap { license in
            PackageLicense.warning(of: license, at: own?.places["license"]).map(tree.named)
        }
    }

    private func buildOptions(events: @escaping WorkSink) throws(Diagnostic) -> BuildOptions {
        BuildOptions(
            jobs: try output.jobCount(), target: try tree.distribution(), timeLimit: try build?.timeLimit(),
            logFolder: BuildFlags.cacheFolder(build?.cacheDir).appending("logs"), events: events)
    }

    /// Loads the tree, runs `converters` over it and says what came of it.
    ///
    /// - Parameter repositories: what the output folder becomes a repository for.
    func produce(
        _ converters: [any Converter], from source: ModuleSource, writesIndex: Bool = false,
        repositories: [RepositoryKind] = [], _ events: @escaping WorkSink
    ) async throws(Diagnostic) -> Report {
        let loaded = try await tree.load(events)
        var production = try production(loaded, source, events)
        production.repositories = repositories
        passOverTarget(for: converters, &production)
        if writesIndex {
            let (signer, output) = (production.settings.packageSigner, outputFolder)
            production.indexing = { (artifacts, folder, earlier, leftOut) async throws(Diagnostic) in
                let index = ReleaseIndex(artifacts, after: earlier, without: leftOut)
                return try await index.write(to: folder, for: output, signer)
            }
        }
        let result = try await production.run(converters)
        _ = consume loaded
        return report(result)
    }

    /// A target without such packages, of the environment or the settings, is meant for other verbs: these packages are made
    /// as if there were none.
    private func passOverTarget(for converters: [any Converter], _ production: inout Production) {
        let formats = converters.compactMap(\.packageFormat)
        guard let target = production.settings.target, !formats.isEmpty,
            !formats.contains(target.packageFormat)
        else { return }
        let examples = Set(formats.map { "--target \(Self.example(of: $0))" }).sorted()
        production.settings.target = nil
        production.build.target = nil
        production.build.events(
            .diagnostic(
                Diagnostic(
                    .note, "other-target",
                    "\(target) has no packages of this kind: these follow their kernels' distribution, or what suits most",
                    hint: "say which one they are for, as in: \(examples.joined(separator: " or "))",
                    at: tree.targetPlace)))
    }

    private static func example(of format: Distribution.PackageFormat) -> String {
        switch format {
        case .deb: "debian:13"
        case .rpm: "el:9"
        case .pacman: "arch"
        case .apk: "alpine"
        }
    }

    func report(_ result: ProductionResult) -> Report {
        let text =
            isDryRun
            ? result.plans.map { outline($0, of: result) }.joined()
            : result.artifacts.map { $0.path.string }.sorted().map { $0 + "\n" }.joined()
        let document =
            isDryRun ? ArtifactsDocument(planned: result, in: outputFolder) : ArtifactsDocument(result)
        return Report(
            text: text, document: document,
            failures: result.units.failures + [result.unpublished].compactMap(\.self),
            status: result.units.exitStatus)
    }

    private func outline(_ plan: any ArtifactPlan, of result: ProductionResult) -> String {
        var lines = plan.outline
        if result.units.contains(where: {
            plan.artifact.kernels.contains($0.kernel.release) && $0.stateName == "planned"
        }) {
            lines.insert("(its modules are not built, so their sizes are not known)", at: 0)
        }
        return plan.artifact.file + "\n" + lines.map { "    \($0)\n" }.joined()
    }
}

extension [UnitResult] {
    /// The diagnostics of the units that failed, and of an exclusion that left nothing.
    var failures: [Diagnostic] {
        var failures = compactMap { unit -> Diagnostic? in
            if case .failed(let diagnostic) = unit.state { diagnostic } else { nil }
        }
        if exitStatus == .excluded {
            failures.append(
                .error(
                    "all-excluded",
                    "dkms.conf excludes every kernel: \(compactMap(\.reason).joined(separator: "; "))",
                    hint: "choose another kernel, or change its BUILD_EXCLUSIVE directives", status: .excluded
                ))
        }
        return failures
    }

    /// 1 where a unit failed, 77 where all are excluded, else 0.
    var exitStatus: ExitStatus {
        if contains(where: \.isFailed) { return .failure }
        return !isEmpty && allSatisfy({ $0.stateName == "excluded" }) ? .excluded : .success
    }
}

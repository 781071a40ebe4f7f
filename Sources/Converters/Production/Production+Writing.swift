import Diagnostics
import DkmsConf
import Kbuild
import Kernels
import Settings
import SourceTree
import Streams
import SystemPackage

/// The second half of the way: from modules to plans, and from plans to files.
extension Production {
    /// Plans with what dkms.conf tells of the modules, so that what cannot be packaged, signed or written is found before
    /// anything is built.
    func rehearse(
        _ converters: [any Converter], _ package: Package, _ naming: PackageNaming,
        for kernels: [KernelTarget], _ folder: FilePath
    ) async throws(Diagnostic) {
        let prepared = try await foresee(package, for: kernels, folder)
        guard !prepared.isEmpty else { return }
        // A plan that is thrown away need not read the whole tree for its digest.
        try await verify(
            try plans(converters, release(package, naming, prepared, sourceDigest: "", for: converters)))
    }

    /// The modules that a build would give, without a word of it.
    ///
    /// - Throws: what is certain to keep them from being signed as they have to be.
    func foresee(
        _ package: Package, for kernels: [KernelTarget], _ folder: FilePath
    ) async throws(Diagnostic) -> [PreparedUnit] {
        // The build says the same again.
        var silent = build
        silent.events = { _ in }
        let units = try await Builder(tree: tree, identity: package.identity, options: silent).plan(
            for: kernels)
        return try foresee(units, folder)
    }

    /// Plans and writes; nothing where there are units but no modules, nor into a repository where one has failed.
    ///
    /// - Parameter isRehearsed: whether the plans were verified before the build.
    func write(
        _ converters: [any Converter], _ package: Package, _ naming: PackageNaming, _ units: [UnitResult],
        _ prepared: [PreparedUnit], sourceDigest: String? = nil, isRehearsed: Bool = false
    ) async throws(Diagnostic) -> ProductionResult {
        let failed = units.filter(\.isFailed).map(\.kernel)
        if !repositories.isEmpty && !failed.isEmpty {
            return ProductionResult(
                artifacts: [], units: units, plans: [], unpublished: notPublished(without: failed))
        }
        if !units.isEmpty && prepared.isEmpty {
            return ProductionResult(artifacts: [], units: units, plans: [])
        }
        var release = release(package, naming, prepared, sourceDigest: sourceDigest, for: converters)
        release.failedKernels = failed
        let plans = try plans(converters, release)
        var warnings = plans.flatMap(\.warnings)
        if plans.contains(where: { $0.artifact.format == "deb" || $0.artifact.format == "rpm" }) {
            warnings += release.metadata.warnings + release.changelogWarnings.map(tree.named)
        }
        for (format, relations) in [
            ("deb", release.project.debRelations), ("rpm", release.project.rpmRelations),
        ]
        where plans.contains(where: { $0.artifact.format == format && !$0.artifact.kernels.isEmpty }) {
            warnings += relations.warningsOfModules.map(tree.named)
        }
        for warning in warnings { build.events(.diagnostic(warning)) }
        if !isRehearsed { try await verify(plans) }
        if isDryRun { return ProductionResult(artifacts: [], units: units, plans: plans) }
        try makeOutput()
        return ProductionResult(artifacts: try await write(plans), units: units, plans: plans)
    }

    /// Users of a repository take what comes for an update, and would lose the modules of a kernel that it lacks.
    private func notPublished(without kernels: [KernelFacts]) -> Diagnostic {
        .error(
            "not-published",
            "nothing is published in \(output): the build failed for \(kernels.map(\.release).joined(separator: ", "))",
            hint: "mend what failed, or run again with -k and the other kernels")
    }

    private func release(
        _ package: Package, _ naming: PackageNaming, _ prepared: [PreparedUnit], sourceDigest: String?,
        for converters: [any Converter]
    ) -> DriverRelease {
        let identity = package.identity
        return DriverRelease(
            tree: time?.dating(tree) ?? tree, identity: identity, conf: package.conf, naming: naming,
            metadata: PackageMetadata(metadata, of: tree, identity), units: prepared, settings: settings,
            project: project(of: identity, for: converters), knownSourceDigest: sourceDigest,
            carried: carried,
            texts: texts
        )
    }

    private func plans(
        _ converters: [any Converter], _ release: DriverRelease
    ) throws(Diagnostic) -> [any ArtifactPlan] {
        var plans: [any ArtifactPlan] = []
        for converter in converters {
            plans += try locatingRevision { () throws(Diagnostic) in try converter.plan(release) }
        }
        // What other packages of their kind depend on.
        if plans.contains(where: { $0 is DebPlan }) { plans += try DebCommonConverter().plan(release) }
        if plans.contains(where: { $0 is RPMPlan }) { plans += try RPMCommonConverter().plan(release) }
        try Self.refuseCollisions(plans)
        return plans
    }

    /// Whether everything that is planned can be signed, and written where it is to go.
    private func verify(_ plans: [any ArtifactPlan]) async throws(Diagnostic) {
        for plan in plans { try plan.check(at: output.pushing(FilePath(plan.artifact.file))) }
        let signer = plans.lazy.compactMap(\.signer).first
        try await (signer ?? (repositories.isEmpty && indexing == nil ? nil : settings.packageSigner))?
            .check()
    }

    /// Writes into the output folder.
    ///
    /// Where it is a repository, nothing takes its place there before the lists of all packages are made and signed: a run
    /// that fails leaves the repository that was there.
    private func write(_ plans: [any ArtifactPlan]) async throws(Diagnostic) -> [Artifact] {
        guard !repositories.isEmpty, !plans.isEmpty else {
            let made = try await ArtifactWriting(output: output, jobs: build.jobs, events: build.events)
                .write(plans)
            if !made.isEmpty, let indexing {
                for name in try await indexing(made, output, nil, []).obsolete {
                    try Files.removeFile(output.appending(name))
                }
            }
            return made
        }
        let stage = try RepositoryStage.begin(in: output)
        let made = try await keepingTheSame(
            try await ArtifactWriting(output: stage.path, jobs: build.jobs, events: build.events)
                .write(plans))
        var index = RepositoryIndex()
        for kind in repositories {
            index += try await kind.type.init(output, settings).prepare(in: stage.path)
        }
        let lists = try await indexing?(made, stage.path, output, index.leftOut) ?? (files: [], obsolete: [])
        for warning in index.warnings { build.events(.diagnostic(warning)) }
        warn(of: made)
        let new = made.filter { $0.path.starts(with: stage.path) }
        try stage.publish(
            new.map(\.name.file) + lists.files + index.files, removing: lists.obsolete + index.obsolete)
        var artifacts: [Artifact] = []
        for artifact in made {
            artifacts.append(
                try Artifact(artifact.name, at: output.pushing(FilePath(artifact.name.file))))
        }
        return artifacts
    }

    /// The artifacts, those in the place of theirs that the repository has already in all but their signature.
    ///
    /// A signature tells its time, so each is another one: who has the package would see a new file for nothing.
    private func keepingTheSame(_ made: [Artifact]) async throws(Diagnostic) -> [Artifact] {
        var kept: [Artifact] = []
        for artifact in made {
            let place = output.pushing(FilePath(artifact.name.file))
            if Files.isRegularFile(place), try await isSame(place, as: artifact.path) {
                try Files.removeFile(artifact.path)
                kept.append(try Artifact(artifact.name, at: place))
            } else {
                kept.append(artifact)
            }
        }
        return kept
    }

    /// Whether a package of the repository is as good as the one that was made.
    private func isSame(_ place: FilePath, as made: FilePath) async throws(Diagnostic) -> Bool {
        guard let content = try? PackageContent.digest(of: place),
            content == (try PackageContent.digest(of: made))
        else { return false }
        guard let signer = settings.packageSigner else { return true }
        return try await signer.hasSigned(place)
    }

    /// Says what a repository's users will not like.
    private func warn(of made: [Artifact]) {
        if settings.packageSigner == nil, repositories.contains(.apt) {
            let warning = Diagnostic.warning(
                "unsigned-repository", "apt takes packages from \(output) only where it is told to trust it",
                hint: "give --package-key, or have apt's users write [trusted=yes]")
            build.events(.diagnostic(warning))
        }
        let changed = made.filter { artifact in
            let place = output.pushing(FilePath(artifact.name.file))
            guard artifact.path != place, Files.exists(place),
                let now = try? PackageContent.digest(of: artifact.path)
            else {
                return false
            }
            return (try? PackageContent.digest(of: place)) != now
        }
        guard !changed.isEmpty else { return }
        let warning = Diagnostic.warning(
            "republished",
            "\(changed.map(\.name.file).joined(separator: ", ")) had another content in the repository until now: who has installed that will not get this",
            hint: "give -R the next revision")
        build.events(.diagnostic(warning))
    }

    private static func refuseCollisions(_ plans: [any ArtifactPlan]) throws(Diagnostic) {
        let names = plans.flatMap(\.files).map(\.file).sorted()
        for (name, next) in zip(names, names.dropFirst()) where name == next {
            throw .error(
                "name-collision", "two artifacts would both be called \(name)",
                hint: "package the kernels whose names differ only in case or _ and - one by one")
        }
    }
}

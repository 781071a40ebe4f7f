package import Diagnostics
import DkmsConf
package import Kbuild
package import Kernels
package import Settings
package import SourceTree
import Streams
package import SystemPackage

/// From a tree to artifacts on disk: builds or takes modules, prepares them, plans every artifact and writes it.
package struct Production: Sendable {
    package var tree: SourceTree
    package var metadata: PackageMetadata.Given
    /// Nil for what ``revision(of:for:)`` finds.
    package var revision: String?
    /// Where modules come from: kernels to build for, or the folder that an earlier run wrote.
    package var modules: ModuleSource
    package var build: BuildOptions
    package var signing: SigningPolicy
    package var settings: ReleaseSettings
    package var output: FilePath
    package var isDryRun: Bool
    /// What the settings file says of the project.
    package var project = ProjectSettings()
    /// What the package that the tree came in says of others; nil where it came in none.
    package var carried: CarriedRelations?
    /// Where the settings file has what may turn out to be wrong.
    package var places = SettingsPlaces()
    /// What the output folder becomes a repository for.
    package var repositories: [RepositoryKind] = []
    /// Writes what tells of the artifacts beside them.
    package var indexing: Indexing?
    /// Where that package stands in its history; nil likewise.
    package var history: CarriedHistory?
    /// What it is called where it is installed; nil likewise, and where that isn't known.
    package var formerName: FormerName?
    /// What it says of itself; nothing likewise.
    package var texts = CarriedTexts()
    /// The time of what is made; nil until dkms.conf has told the version.
    var time: ArtifactTime?

    /// - Parameters:
    ///   - folder: where the artifacts are, and their lists are to be; of a repository, that in which it is made.
    ///   - earlier: the repository that there was; nil where the folder is none.
    ///   - leftOut: the names of what only looks like a package there.
    /// - Returns: the names of the lists, and of what is to be gone when they are there.
    package typealias Indexing =
        @Sendable (
            _ artifacts: [Artifact], _ folder: FilePath, _ earlier: FilePath?, _ leftOut: Set<String>
        ) async throws(Diagnostic) -> (files: [String], obsolete: [String])

    package init(
        tree: SourceTree, metadata: PackageMetadata.Given, revision: String?, modules: ModuleSource,
        build: BuildOptions, signing: SigningPolicy, settings: ReleaseSettings, output: FilePath,
        isDryRun: Bool
    ) {
        self.tree = tree
        self.metadata = metadata
        self.revision = revision
        self.modules = modules
        self.build = build
        self.signing = signing
        self.settings = settings
        self.output = output
        self.isDryRun = isDryRun
    }

    /// Writes what `converters` plan.
    ///
    /// A kernel that fails costs its own modules only: the result says so, and the other kernels' artifacts are there.
    /// Where no kernel gives modules nothing is written, and where one fails nothing is written into a repository.
    package func run(_ converters: [any Converter]) async throws(Diagnostic) -> ProductionResult {
        let package = try await readPackage()
        return try await dated(package.identity).run(converters, package)
    }

    private func run(
        _ converters: [any Converter], _ package: Package
    ) async throws(Diagnostic) -> ProductionResult {
        let naming = try naming(package.identity, for: converters)
        try carried?.check(naming, project)
        for warning in carriedWarnings(converters, naming) { build.events(.diagnostic(warning)) }
        let work = try TemporaryFolder("modules")
        let builder = Builder(tree: tree, identity: package.identity, options: build)
        switch modules {
        case .none:
            return try await write(converters, package, naming, [], [])
        case .folder(let folder, let releases, let place):
            let digest = try tree.digest()
            let units: [UnitResult]
            do throws(Diagnostic) {
                units = try ModuleFolder(folder).units(
                    of: package.identity, sourceDigest: digest, releases)
            } catch {
                throw error.located(at: place)
            }
            try checkCompression(units, work.path)
            let prepared = try await prepare(units, work.path)
            return try await write(converters, package, naming, units, prepared, sourceDigest: digest)
        case .kernels(let kernels) where isDryRun:
            let units = try await builder.plan(for: kernels)
            let prepared = try foresee(units, work.path)
            if signing.identity == nil,
                units.contains(where: { $0.plannedModules.contains { !$0.mayBeSigned } })
            {
                warnOfUnsigned()
            }
            return try await write(converters, package, naming, units, prepared)
        case .kernels(let kernels):
            try await rehearse(converters, package, naming, for: kernels, work.path)
            let run = try await builder.build(for: kernels)
            let results = run.results
            let written = try await write(
                converters, package, naming, results, try await prepare(results, work.path),
                isRehearsed: true)
            _ = consume run
            return written
        }
    }

    /// Checked before anything is built; only packages are choosy about names and versions.
    private func naming(
        _ identity: PackageIdentity, for converters: [any Converter]
    ) throws(Diagnostic) -> PackageNaming {
        guard converters.contains(where: { $0.packageFormat != nil }) else {
            return PackageNaming(
                unchecked: identity.name, version: identity.version, revision: revision ?? "1")
        }
        return try locatingRevision { () throws(Diagnostic) in
            try PackageNaming(
                name: identity.name, version: identity.version,
                revision: revision(of: identity, for: converters), carried: formerName)
        }
    }

    /// Tells a revision that a package can't have at its place in the settings file.
    func locatingRevision<Value>(_ work: () throws(Diagnostic) -> Value) throws(Diagnostic) -> Value {
        do {
            return try work()
        } catch {
            throw error.located(at: places.revision, ifIts: "bad-revision")
        }
    }

    /// The dkms.conf as it is for no particular kernel, and the name and version that it settles.
    struct Package {
        let conf: DkmsConf
        let identity: PackageIdentity
    }

    /// - Throws: `host-dependent-conf` where modules are wanted of a dkms.conf that asks the build machine which
    ///   distribution it is, and none was given: their place would be that of this machine's.
    func readPackage() async throws(Diagnostic) -> Package {
        let conf = try await tree.evaluate(in: .anyKernel(target: build.target))
        let package = Package(conf: conf, identity: try tree.identity(conf))
        try checkOutput()
        for warning in tree.warnings + conf.warnings { build.events(.diagnostic(warning)) }
        if let warning = await tree.warningOfSettledVersion(
            conf.packageName, in: .anyKernel(target: build.target))
        {
            build.events(.diagnostic(warning))
        }
        if case .none = modules { return package }
        guard !conf.readsHostFiles.isEmpty, build.target == nil else { return package }
        throw .error(
            "host-dependent-conf",
            "dkms.conf reads \(conf.readsHostFiles.joined(separator: ", ")), so its values hold for this machine only",
            hint: "say which distribution the modules are for, for example: --target debian:12",
            at: .init(file: tree.origin.path("dkms.conf")))
    }

    /// Finished modules in `folder`; says once where a module is left without a signature that nobody declined.
    func prepare(_ units: [UnitResult], _ folder: FilePath) async throws(Diagnostic) -> [PreparedUnit] {
        let prepared = try await preparation(folder).prepare(units.filter { !$0.modules.isEmpty })
        if prepared.contains(where: \.hasUnsignedModule) { warnOfUnsigned() }
        return prepared
    }

    /// What the modules of a build would be called.
    func foresee(_ units: [UnitResult], _ folder: FilePath) throws(Diagnostic) -> [PreparedUnit] {
        try checkCompression(units, folder)
        return try preparation(folder).foresee(units.filter { !$0.plannedModules.isEmpty })
    }

    private func checkCompression(_ units: [UnitResult], _ folder: FilePath) throws(Diagnostic) {
        let preparation = preparation(folder)
        let warnings = try preparation.check(compressionFor: units)
        for warning in warnings { build.events(.diagnostic(warning)) }
    }

    private func preparation(_ folder: FilePath) -> ModulePreparation {
        ModulePreparation(signing: signing, settings: settings, folder: folder, jobs: build.jobs)
    }

    private func warnOfUnsigned() {
        guard !signing.isDeclined else { return }
        build.events(
            .diagnostic(
                .warning(
                    "unsigned", "the modules carry no signature: Secure Boot machines will not load them",
                    hint: "give --sign-key and --sign-cert, or say --no-sign")))
    }

    /// To be asked before anything is built.
    ///
    /// - Throws: `output-in-tree`: what is written into the tree would be part of the next release of it; `no-folder` where a
    ///   file is in the way.
    func checkOutput() throws(Diagnostic) {
        // The folder need not exist yet: its nearest ancestor that does tells where it is.
        var folder = output.isEmpty ? "." : output
        while !Files.exists(folder), !folder.removingLastComponent().isEmpty { folder.removeLastComponent() }
        guard !Files.exists(folder) || Files.isDirectory(folder) else {
            throw .error(
                "no-folder", "\(folder) is no folder, and the output folder is to be \(output)",
                hint: "name another one with -o, or move the file away", at: places.output)
        }
        guard !isDryRun else { return }
        guard let place = try? Files.canonical(Files.exists(folder) ? folder : "."),
            place.starts(with: tree.root)
        else { return }
        throw .error(
            "output-in-tree", "the output folder \(output) lies in the tree \(tree.root)",
            hint: "choose a folder outside with -o, or the next release would carry this one",
            at: places.output, status: .usage)
    }

    /// Makes the output folder.
    func makeOutput() throws(Diagnostic) {
        do {
            try Files.makeDirectories(output)
        } catch {
            throw Diagnostic.file("create", output, error).located(at: places.output)
        }
    }
}

/// Where the modules of a release come from.
package enum ModuleSource: Sendable {
    /// A source-only release.
    case none
    case kernels([KernelTarget])
    /// What `mkdkms modules -o DIR` wrote: for these releases, or for all where there are none.
    ///
    /// Faults of it are told at the place where it was named; nil for the command line and the environment.
    case folder(FilePath, releases: [String], named: Diagnostic.Location? = nil)
}

/// What a production made.
package struct ProductionResult: Sendable {
    package let artifacts: [Artifact]
    package let units: [UnitResult]
    /// What was planned, written or not.
    package let plans: [any ArtifactPlan]
    /// Why nothing of it came into a repository: `not-published`; nil where there is none, or it did.
    package var unpublished: Diagnostic? = nil
}

/// A finished artifact on disk.
package struct Artifact: Sendable {
    package let name: ArtifactName
    package let path: FilePath
    package let size: Int64
}

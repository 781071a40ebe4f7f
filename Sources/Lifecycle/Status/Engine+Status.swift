import Diagnostics
import Streams
import SystemPackage

extension Engine {
    /// `status`: a line for each package, or for each kernel that it is built for.
    func status() async throws(EngineStop) {
        for status in await statuses() {
            console.say(status.text)
            guard status.state == .broken else { continue }
            console.error([
                "\(status.module)/\(status.version): Missing the module source directory or the symbolic link pointing to it.",
                "Manual intervention is required!",
            ])
        }
        await reportMissingHeaders()
        for path in Journal.unreadable(tree) {
            console.warn(
                "\(path) tells of an interrupted change in a form that this version doesn't know.",
                "Look at it with: strings \(path); then install the module anew with --force, and remove the file."
            )
        }
        for journal in Journal.left(tree) {
            console.complain(
                "Warning: an interrupted \(journal.kind.rawValue) of \(journal.package) for kernel \(journal.build.kernel) is mended by the next command on \(journal.package.module)."
            )
        }
    }

    /// The same as values, for documents.
    package func statuses() async -> [ModuleStatus] {
        var engine = self
        engine.spreadArchitecture()
        return await engine.found()
    }

    private func found() async -> [ModuleStatus] {
        var result: [ModuleStatus] = []
        let suffixes = FoundOnce<String, String>()
        let kernels = request.kernels.isEmpty ? [""] : request.kernels
        for (index, kernel) in kernels.enumerated() {
            let architecture =
                request.architectures.indices.contains(index)
                ? request.architectures[index]
                : request.kernels.isEmpty ? request.architectures.first ?? "" : ""
            let packages = tree.packages(module: request.module, version: request.version)
            let found = await concurrently(packages, width: settings.width) {
                await statuses($0, kernel, architecture, suffixes)
            }
            for (package, rows) in zip(packages, found) {
                switch rows {
                case .success(let rows): result += rows
                // Not begun when the run was interrupted: a list without it would be wrong.
                case .failure: result += await statuses(package, kernel, architecture, suffixes)
                }
            }
            result += WeakInstallations(engine: self).statuses(kernel: kernel, architecture: architecture)
        }
        return result
    }

    private func statuses(
        _ package: DkmsTree.Package, _ kernel: String, _ architecture: String,
        _ suffixes: FoundOnce<String, String>
    ) async -> [ModuleStatus] {
        func status(_ state: ModuleStatus.State) -> ModuleStatus {
            ModuleStatus(module: package.module, version: package.version, state: state)
        }
        switch tree.presence(package) {
        case .broken: return [status(.broken)]
        case .absent: return []
        case .added: break
        }
        let builds = tree.builds(package, kernel: kernel, architecture: architecture)
        if builds.isEmpty { return [status(.added)] }
        var result: [ModuleStatus] = []
        for build in builds {
            var row = status(tree.isActive(package, build) ? .installed : .built)
            row.kernel = build.kernel
            row.architecture = build.architecture
            let suffix = suffixes.value(build.kernel) {
                ModuleStore.compressedSuffix(below: tree.installTree.appending(build.kernel))
            }
            row.notes = await notes(package, build, suffix, isInstalled: row.state == .installed)
            result.append(row)
        }
        return result
    }

    /// What else is to be known about a build (dkms 3.4.3, `module_status_built_extra`).
    private func notes(
        _ package: DkmsTree.Package, _ build: DkmsTree.Build, _ suffix: String, isInstalled: Bool
    ) async -> [ModuleStatus.Note] {
        var notes: [ModuleStatus.Note] = []
        if Files.isDirectory(tree.originals(package.module, build)) { notes.append(.originals) }
        guard let conf = await quietConf(package, build) else { return notes }
        let modules = InstalledModules(tree: tree, package: package, build: build, suffix: suffix)
        for record in conf.buildable {
            guard let built = modules.built(record) else { return notes + [.missing] }
            guard isInstalled else { continue }
            guard modules.isInstalled(record, as: built) else { return notes + [.differences] }
        }
        return notes
    }
}

import Diagnostics
import DkmsConf
import Streams
import SystemPackage

/// BUILD_DEPENDS_REBUILD: modules that were built against another one are built again when that one changes.
extension Engine {
    private func record(_ dependency: String, _ package: DkmsTree.Package, _ build: DkmsTree.Build)
        -> FilePath
    {
        tree.base(package, build).appending(".dep_\(dependency)")
    }

    /// Keeps the versions that a build was made against, in `.dep_NAME` files beside it as dkms does.
    func recordDependencies(_ conf: EngineConf, _ build: DkmsTree.Build) throws(EngineStop) {
        for dependency in conf.buildDepends {
            guard let version = newestVersion(of: dependency) else { continue }
            try stopping { () throws(Diagnostic) in
                try Files.write(Array("\(version)\n".utf8), to: record(dependency, package, build))
            }
        }
    }

    private func newestVersion(of module: String) -> String? {
        tree.packages(module: module).filter { tree.isAdded($0) }.map(\.version).max {
            KernelRelease($0) < KernelRelease($1)
        }
    }

    /// Rebuilds and installs every module of this kernel that was built against another version of what it depends on.
    mutating func rebuildDependents(_ build: DkmsTree.Build) async throws(EngineStop) {
        guard !request.isForced else { return }
        var outdated: [DkmsTree.Package] = []
        for package in tree.packages() where tree.isAdded(package) && tree.isBuilt(package, build) {
            guard let conf = await quietConf(package, build), conf.rebuildsOnDepends else { continue }
            if conf.buildDepends.contains(where: { isOutdated($0, package, build) }) {
                outdated.append(package)
            }
        }
        var failure: EngineStop?
        for package in outdated {
            var copy = about(package)
            console.say("")
            console.say("Rebuilding module \(package) due to updated dependencies")
            console.say("")
            try await copy.uninstallLocked(build)
            do throws(EngineStop) {
                // The old build stays until the new one takes its place.
                try await copy.makeBuild(build)
            } catch {
                // A module against the old dependency is better than none.
                console.report(error)
                failure = failure ?? error
            }
            if tree.isBuilt(package, build) { try await copy.installBuilt(build) }
        }
        if let failure { throw .silent(failure.status) }
    }

    private mutating func uninstallLocked(_ build: DkmsTree.Build) async throws(EngineStop) {
        let lock = try await locked(request.module)
        defer { lock.hold() }
        try await uninstallOne(build)
    }

    private func isOutdated(
        _ dependency: String, _ package: DkmsTree.Package, _ build: DkmsTree.Build
    ) -> Bool {
        guard let version = newestVersion(of: dependency) else { return false }
        guard let bytes = try? Files.contents(record(dependency, package, build)) else { return true }
        let recorded = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first
        return recorded.map(String.init) != version
    }
}

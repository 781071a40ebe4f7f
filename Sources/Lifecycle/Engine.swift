import Streams
import SystemPackage

/// One run of the engine: an action on the dkms tree, with everything that it was told and found out.
///
/// A value, because dkms works in subshells: what an action on one module or kernel learns and sets stays with a
/// copy, and the next one begins as its parent left things.
package struct Engine: Sendable {
    var request: EngineRequest
    var settings: EngineSettings
    let console: EngineConsole
    let identity: SystemIdentity
    let tree: DkmsTree

    private let places: FoundOnce<DkmsTree.Build, KernelPlace>
    let locks: HeldLocks
    /// Of all kernels: a token is logged in to once in a run, as it may lock itself after few wrong PINs.
    let identities: EngineSigner.Identities

    /// The conf read last; reading it again for the same module and kernel says nothing again.
    var lastConf: ReadConf?
    /// What the prologue of a kernel found out about signing.
    var prepared: PreparedKernel?
    /// Whether depmod waits until all modules are gone.
    var delaysDepmod = false

    /// - Throws: code 4 without an os-release; what framework.conf makes of itself.
    package init(_ request: EngineRequest, console: EngineConsole) async throws(EngineStop) {
        self.console = console
        places = FoundOnce()
        identities = FoundOnce()
        locks = HeldLocks()
        identity = try SystemIdentity.current()
        var settings = try await EngineSettings()
        if let tree = request.dkmsTree { settings.dkmsTree = tree }
        if let tree = request.sourceTree { settings.sourceTree = tree }
        if let tree = request.installTree { settings.installTree = tree }
        if let jobs = request.parallelJobs { settings.parallelJobs = jobs }
        settings.isVerbose = settings.isVerbose || request.isVerbose
        settings.symlinksModules = settings.symlinksModules || request.symlinksModules
        settings.probesOnInstall = settings.probesOnInstall || request.probesOnInstall
        self.settings = settings
        self.request = request
        tree = DkmsTree(
            root: FilePath(settings.dkmsTree), sources: FilePath(settings.sourceTree),
            installTree: FilePath(settings.installTree))
    }

    /// The module and version that the action is about.
    var package: DkmsTree.Package { DkmsTree.Package(module: request.module, version: request.version) }

    /// A copy that is about another module, as a subshell with other variables.
    func about(_ package: DkmsTree.Package) -> Engine {
        var copy = self
        copy.request.module = package.module
        copy.request.version = package.version
        return copy
    }

    /// A copy that says everything elsewhere.
    func speaking(to console: EngineConsole) -> Engine {
        Engine(copying: self, console: console)
    }

    private init(copying other: Engine, console: EngineConsole) {
        self.console = console
        request = other.request
        places = other.places
        identities = other.identities
        locks = other.locks.branch()
        settings = other.settings
        identity = other.identity
        tree = other.tree
        lastConf = other.lastConf
        prepared = other.prepared
        delaysDepmod = other.delaysDepmod
    }

    func place(_ build: DkmsTree.Build) -> KernelPlace {
        places.value(build) {
            KernelPlace(
                build.kernel, build.architecture, request: request, installTree: tree.installTree)
        }
    }

    /// The kernels of the command line with their architectures.
    var builds: [DkmsTree.Build] {
        zip(request.kernels, request.architectures).map {
            DkmsTree.Build(kernel: $0, architecture: $1)
        }
    }
}

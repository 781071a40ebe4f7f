import ScratchFolder
import Streams
import SystemPackage

@testable import Lifecycle

/// An engine over a scratch tree: kernel 6.1.0-56-amd64, and module hello in two versions, built by hand.
struct SampleEngine {
    static let build = DkmsTree.Build(kernel: "6.1.0-56-amd64", architecture: "x86_64")
    static let hello = DkmsTree.Package(module: "hello", version: "1.0")
    static let older = DkmsTree.Package(module: "hello", version: "0.9")

    let scratch: Scratch
    let words = Words()
    let engine: Engine

    var tree: DkmsTree { engine.tree }

    init() async throws {
        scratch = try Scratch()
        try scratch.makeFolders("dkms", "src", "modules/\(Self.build.kernel)")
        var request = EngineRequest()
        request.module = Self.hello.module
        request.version = Self.hello.version
        request.dkmsTree = scratch.path.appending("dkms").string
        request.sourceTree = scratch.path.appending("src").string
        request.installTree = scratch.path.appending("modules").string
        request.skipsDepmod = true
        var engine = try await Engine(request, console: words.console)
        // The machine's own framework.conf has no say here.
        engine.settings.symlinksModules = false
        self.engine = engine
    }

    /// Lays a version out as a build leaves it.
    func makeBuilt(_ package: DkmsTree.Package, _ modules: [String: String]) throws {
        let source = "src/\(package.module)-\(package.version)"
        try scratch.fill(["\(source)/dkms.conf": "PACKAGE_NAME=\(package.module)\n"])
        let base = "dkms/\(package)/\(Self.build.kernel)/\(Self.build.architecture)"
        try scratch.makeFolders("\(base)/log", "\(base)/module")
        try Files.replaceWithLink(tree.source(package), to: tree.sourceFolder(package).string)
        for (name, text) in modules { try scratch.fill(["\(base)/module/\(name)": text]) }
    }

    /// A conf whose records go where DEST_MODULE_LOCATION says.
    func conf(_ text: String) throws -> EngineConf {
        let sample = SampleConf("PACKAGE_NAME=hello\nPACKAGE_VERSION=1.0\n" + text)
        return try sample.read().conf
    }

    func modules(_ package: DkmsTree.Package = SampleEngine.hello) -> InstalledModules {
        InstalledModules(tree: tree, package: package, build: Self.build)
    }

    /// Installs as `install` does, without scripts and depmod.
    @discardableResult
    func place(_ package: DkmsTree.Package, _ conf: EngineConf) throws -> Journal {
        let modules = modules(package)
        let sanity = VersionSanity(
            console: .silent, modules: modules, isForced: true, overridesVersion: false)
        return try ModulePlacement(engine: engine.about(package), conf: conf, modules: modules).perform(
            sanity)
    }

    /// Uninstalls, as far as the removal of the files goes.
    @discardableResult
    func takeOut(_ conf: EngineConf) async throws -> Journal {
        try await ModuleRemoval(engine: engine, conf: conf, modules: modules()).perform()
    }

    /// The kernel's folder and the module's part of the dkms tree.
    func content() throws -> [String: String] {
        let files = try scratch.content("modules").map { ("modules/\($0.key)", $0.value) }
        let tree = try scratch.content("dkms").map { ("dkms/\($0.key)", $0.value) }
        return Dictionary(uniqueKeysWithValues: files + tree)
    }
}

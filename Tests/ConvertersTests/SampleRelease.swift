import Archive
import Compression
import Cryptography
import DkmsConf
import Kbuild
import KernelModule
import Kernels
import SampleModules
import ScratchFolder
import SourceTree
import Streams
import SystemPackage
import Templates
import Tools

@testable import Converters

extension ReleaseSettings {
    /// Everything fixed, so that nothing of this machine shows.
    static func sample(target: Distribution? = nil, identity: SigningIdentity? = nil) -> ReleaseSettings {
        ReleaseSettings(
            target: target, epoch: 1_700_000_000, archiveCompression: nil, moduleCompression: nil, threads: 1,
            templates: TemplateLibrary(folders: []), identity: identity)
    }
}

extension KernelFacts {
    static func sample(_ release: String, arch: String = "x86_64") -> KernelFacts {
        var facts = KernelFacts(release: release, arch: arch)
        facts.moduleLayoutCRC = "0x9060323f"
        facts.compiler = "gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0"
        return facts
    }
}

/// A module as it comes out of its preparation.
func preparedModule(_ module: AssembledModule, in folder: FilePath) async throws -> PreparedModule {
    let path = try await module.write(to: folder)
    let bytes = try Files.read(path)
    return PreparedModule(
        name: module.name, destination: "/updates",
        facts: try ModuleFile(bytes, fileName: "\(module.name).ko"),
        plain: .bytes(bytes), packed: .bytes(try ModuleCompression.compress(bytes, .xz)), packedFormat: .xz)
}

/// A release of the hello fixture with one module for each of `kernels`, made of the package `carried`.
func sampleRelease(
    _ kernels: [KernelFacts] = [], in folder: FilePath, settings: ReleaseSettings = .sample(),
    revision: String = "1", carried: FormerName? = nil
) async throws -> DriverRelease {
    let tree = try SourceTree(root: fixtures.appending("hello-1.5.0"))
    let conf = try await tree.evaluate(in: .anyKernel(target: nil))
    let identity = try tree.identity(conf)
    var units: [PreparedUnit] = []
    for kernel in kernels {
        let module = try await preparedModule(
            AssembledModule(name: "hello", release: kernel.release), in: folder)
        units.append(
            PreparedUnit(
                kernel: kernel, modules: [module], compression: .xz, log: nil, recordedForeignSymbols: []))
    }
    return DriverRelease(
        tree: tree, identity: identity, conf: conf,
        naming: try PackageNaming(
            name: identity.name, version: identity.version, revision: revision, carried: carried),
        metadata: PackageMetadata(.init(maintainer: "Ann <ann@example.org>"), of: tree, identity),
        units: units,
        settings: settings)
}

/// The digest of a file as sha256sum prints it.
func sha256sum(_ path: FilePath) async throws -> String {
    let outcome = try await Program("sha256sum", [path.string]).capture()
    return String(decoding: outcome.output.prefix(64), as: UTF8.self)
}

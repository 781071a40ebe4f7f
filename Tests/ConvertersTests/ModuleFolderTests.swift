import Compression
import Diagnostics
import Kbuild
import Kernels
import SampleModules
import ScratchFolder
import SourceTree
import Streams
import SystemPackage
import Testing

@testable import Converters

/// What `mkdkms modules` writes, `--from` reads again, or says why not.
@Suite(.enabled(if: AssembledModule.isPossible, Comment(rawValue: AssembledModule.reason)))
struct ModuleFolderTests {
    let scratch: Scratch
    private let identity = PackageIdentity(name: "hello", version: "1.5.0")
    private let digest = String(repeating: "0", count: 64)
    private var folder: ModuleFolder { ModuleFolder(scratch.path.appending("modules")) }

    init() throws { scratch = try Scratch() }

    private func write(
        _ release: String, _ state: UnitResult.State? = nil, foreign: [String]? = nil
    ) async throws {
        let module = try await preparedModule(
            AssembledModule(name: "hello", release: release), in: scratch.path)
        let unit = PreparedUnit(
            kernel: .sample(release), modules: [module], compression: .xz, log: nil,
            recordedForeignSymbols: foreign)
        let built = BuiltModule(
            name: "hello", destination: "/updates", path: scratch.path.appending("hello.ko"))
        let log = scratch.path.appending("make.log")
        try Files.write(Array("a log\n".utf8), to: log)
        let result = UnitResult(
            kernel: .sample(release), state: state ?? .built([built]), log: log, seconds: 3)
        _ = try folder.write(result, state == nil ? unit : nil, of: identity, sourceDigest: digest)
    }

    @Test func theModulesComeBack() async throws {
        try await write("6.1.0-2")
        try await write("6.1.0-1")
        let units = try folder.units(of: identity, sourceDigest: digest)
        #expect(units.map(\.kernel) == [.sample("6.1.0-1"), .sample("6.1.0-2")])
        let module = try #require(units.first?.modules.first)
        #expect(module.name == "hello")
        #expect(module.destination == "/updates")
        #expect(module.path.lastComponent == "hello.ko.xz")
        #expect(
            try Files.names(in: scratch.path.pushing("modules/6.1.0-1/x86_64")) == [
                "hello.ko.xz", "make.log", "unit.json",
            ])
        #expect(try Files.readText(try #require(units.first?.log)) == "a log\n")
    }

    /// Whose the symbols are that a module needs is known where it is built.
    @Test func symbolsFromOtherPackagesComeBack() async throws {
        try await write("6.1.0-1", foreign: ["core_next"])
        try await write("6.1.0-2", foreign: [])
        try await write("6.1.0-3.nowhere")
        let units = try folder.units(of: identity, sourceDigest: digest)
        #expect(units.map(\.foreignSymbols) == [["core_next"], [], nil])
    }

    @Test func statesComeBackToo() async throws {
        try await write("6.1.0-1")
        try await write("6.1.0-2", .excluded("too new"))
        try await write("6.1.0-3", .failed(.error("build-failed", "make failed")))
        let units = try folder.units(of: identity, sourceDigest: digest)
        #expect(units.map(\.stateName) == ["built", "excluded", "failed"])
        #expect(units.map { $0.modules.count } == [1, 0, 0])
        #expect(units[1].reason == "too new")
        #expect(units[2].reason == "make failed [build-failed]")
    }

    @Test func aLaterRunReplacesAnEarlierOne() async throws {
        try await write("6.1.0-1")
        try Files.write([], to: scratch.path.pushing("modules/6.1.0-1/x86_64/stale.ko"))
        try await write("6.1.0-1", .excluded("not any more"))
        #expect(
            try Files.names(in: scratch.path.pushing("modules/6.1.0-1/x86_64")) == ["make.log", "unit.json"])
    }

    @Test func aChangedModuleIsRefused() async throws {
        try await write("6.1.0-1")
        let file = scratch.path.pushing("modules/6.1.0-1/x86_64/hello.ko.xz")
        var bytes = try Files.read(file)
        bytes[bytes.count / 2] ^= 1
        try Files.write(bytes, to: file)
        let fault = #expect(throws: Diagnostic.self) { try folder.units(of: identity, sourceDigest: digest) }
        #expect(fault?.code == "digest-mismatch")
        #expect(fault?.message.contains("hello.ko.xz") == true)
    }

    @Test func anotherPackagesModulesAreRefused() async throws {
        try await write("6.1.0-1")
        #expect(
            code { try folder.units(of: .init(name: "hello", version: "1.6.0"), sourceDigest: digest) }
                == "other-module")
        #expect(
            code { try folder.units(of: .init(name: "goodbye", version: "1.5.0"), sourceDigest: digest) }
                == "other-module")
    }

    @Test func modulesOfAnotherStateOfTheTreeAreRefused() async throws {
        try await write("6.1.0-1")
        let other = String(repeating: "1", count: 64)
        #expect(code { try folder.units(of: identity, sourceDigest: other) } == "source-changed")
    }

    @Test func anotherPackagesModulesAreNotOverwritten() async throws {
        try await write("6.1.0-1")
        let result = UnitResult(
            kernel: .sample("6.1.0-1"), state: .excluded("not this one"), log: nil, seconds: 0)
        let other = PackageIdentity(name: "goodbye", version: "1")
        #expect(code { try folder.write(result, nil, of: other, sourceDigest: digest) } == "other-module")
        #expect(try folder.units(of: identity, sourceDigest: digest).count == 1)
    }

    @Test func aFolderWithoutUnitsIsRefused() async throws {
        try scratch.fill(["modules/notes/x86_64/readme": ""])
        #expect(code { try folder.units(of: identity, sourceDigest: digest) } == "no-units")
        #expect(
            code {
                try ModuleFolder(scratch.path.appending("none")).units(of: identity, sourceDigest: digest)
            } == "file-error")
    }

    @Test(
        arguments: [
            "", "[]", "{}", "{\"schema\": \"mkdkms.unit/2\"}", "{\"schema\": \"mkdkms.unit/1\", \"name\": 3}",
        ])
    func whatIsNoRecordIsRefused(_ text: String) throws {
        try scratch.fill(["modules/6.1/x86_64/unit.json": text])
        #expect(code { try folder.units(of: identity, sourceDigest: digest) } == "bad-unit-record")
    }

    /// A record may name files beside it only.
    @Test(arguments: ["../hello.ko.xz", "/etc/passwd", "..", "a/b", "$(id)"])
    func aRecordThatPointsElsewhereIsRefused(_ name: String) async throws {
        try await write("6.1.0-1")
        let file = scratch.path.pushing("modules/6.1.0-1/x86_64/unit.json")
        let text = try Files.readText(file)
        try Files.write(Array(text.replacing("hello.ko.xz", with: name).utf8), to: file)
        #expect(code { try folder.units(of: identity, sourceDigest: digest) } == "bad-unit-record")
    }
}

import Compression
import Cryptography
import Diagnostics
import KernelModule
import ScratchFolder
import Streams
import SystemPackage
import Testing

@Suite("ModuleSteps", .enabled(if: ExampleModules.canSign, "needs linux-headers and the kernel's sign-file"))
struct ModuleStepsTests {
    private let folder: Scratch
    private var path: FilePath { folder.path }

    init() throws { folder = try Scratch() }

    @Test("equals strip -g, sign-file and xz in a row")
    func equalsPrograms() async throws {
        let built = try await ExampleModules.built()
        let (pair, paths) = try KeyPair.create(in: path)
        let signFile = try #require(ExampleModules.signFile).string
        for (name, module) in [("provider", built.provider), ("user", built.user)] {
            let source = path.appending("\(name).ko")
            try Files.write(module, to: source)
            let steps = ModuleSteps(
                stripper: ModuleStripper(), signer: ModuleSigner(pair.identity, hash: .sha256),
                compression: .xz)
            let ours = try await steps.finish(source)
            #expect(try Files.read(source) == module)

            _ = try await oracle("strip", ["-g", source.string])
            _ = try await oracle(signFile, ["sha256", paths.key.string, paths.der.string, source.string])
            #expect(try ModuleCompression.decompress(ours) == Files.read(source))
            _ = try await oracle("xz", ["-T1", "--check=crc32", "--lzma2=dict=1MiB", source.string])
            #expect(try ours == Files.read(path.appending("\(name).ko.xz")))
        }
    }

    @Test("finishes many modules, in order, the same for every width")
    func many() async throws {
        let module = try await ExampleModules.built().user
        let source = path.appending("source.ko")
        try Files.write(module, to: source)
        let steps = ModuleSteps(
            signer: ModuleSigner(try KeyPair.generate().identity, hash: .sha256), compression: .zst)
        let expected = try await steps.finish(source)
        for width in [0, 1, 2, 5] {
            let jobs = (0..<12).map {
                ModuleSteps.Job(source: source, output: path.appending("m\($0)-\(width).ko.zst"))
            }
            let written = try await steps.run(jobs, width: width)
            #expect(written.map(\.output) == jobs.map(\.output))
            for module in written {
                #expect(try Files.read(module.output) == expected)
                #expect(module.sha256 == DigestAlgorithm.sha256.hexHash(expected))
                #expect(module.size == expected.count)
            }
        }
    }

    @Test("one failing module hides neither the others' output nor the other faults")
    func faults() async throws {
        let good = path.appending("good.ko")
        try Files.write(try await ExampleModules.built().user, to: good)
        let jobs = ["absent1.ko", "good.ko", "absent2.ko"].map {
            ModuleSteps.Job(source: path.appending($0), output: path.appending("out-\($0)"))
        }
        let fault = await #expect(throws: Diagnostic.self) {
            _ = try await ModuleSteps().run(jobs, width: 2)
        }
        #expect(fault?.code == "module-steps-failed")
        #expect(fault?.related.map(\.code) == ["file-error", "file-error"])
        #expect(Files.exists(path.appending("out-good.ko")))
        #expect(!Files.exists(path.appending("out-absent1.ko")))
    }

    @Test("strip's own words explain why it failed")
    func stripFails() async throws {
        let file = path.appending("-text.ko")
        try Files.write(Array("no ELF".utf8), to: file)
        let fault = await #expect(throws: Diagnostic.self) { try await ModuleStripper().strip(file) }
        #expect(fault?.code == "strip-failed")
        #expect(fault?.message.contains("format not recogni") == true)
        let missing = await #expect(throws: Diagnostic.self) {
            try await ModuleStripper(program: "no-such-cross-strip").strip(file)
        }
        #expect(missing?.code == "missing-program")
    }

    @Test("signed modules are neither stripped nor signed again unasked")
    func signedInput() async throws {
        let identity = try KeyPair.generate().identity
        let source = path.appending("signed.ko")
        let built = try await ExampleModules.built()
        try Files.write(try ModuleSigner(identity, hash: .sha256).sign(built.user), to: source)
        let steps = ModuleSteps(
            stripper: ModuleStripper(), signer: ModuleSigner(identity, hash: .sha256))
        let fault = await #expect(throws: Diagnostic.self) { _ = try await steps.finish(source) }
        #expect(fault?.code == "already-signed")
        var replacing = steps
        replacing.signer = ModuleSigner(identity, hash: .sha512, replaces: true)
        let finished = try ModuleFile(try await replacing.finish(source))
        #expect(finished.isStripped)
        #expect(finished.signature?.hash == "sha512")
    }
}

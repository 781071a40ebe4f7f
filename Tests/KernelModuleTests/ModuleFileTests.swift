import Compression
import Diagnostics
import KernelModule
import ScratchFolder
import Streams
import SystemPackage
import Testing

@Suite("ModuleFile", .enabled(if: ExampleModules.canBuild, "needs linux-headers with linux-kbuild"))
struct ModuleFileTests {
    private let folder: Scratch

    init() throws { folder = try Scratch() }

    @Test("tells what modinfo tells", arguments: CompressionFormat.allCases)
    func equalsModinfo(format: CompressionFormat) async throws {
        let built = try await ExampleModules.built()
        let file = folder.path.appending("mk-provider.ko\(format.suffix)")
        try Files.write(try ModuleCompression.compress(built.provider, format), to: file)
        // kmod may be built without one or the other library, so it gets the module as it was built.
        let plain = folder.path.appending("plain.ko")
        try Files.write(built.provider, to: plain)
        let module = try ModuleFile(contentsOf: file)
        #expect(module.compression == format)
        for key in [
            "vermagic", "srcversion", "version", "license", "description", "author", "alias", "firmware",
            "depends",
            "name", "retpoline",
        ] {
            let theirs = try await modinfo(key, plain)
            #expect(module.values(key).filter { !$0.isEmpty } == theirs, "\(key)")
        }
        #expect(module.name == "mk_provider")
        #expect(module.version == "1.5.0")
        #expect(module.authors.sorted() == ["First", "Second"])
        #expect(module.description == "an example = with a sign")
        #expect(module.vermagicRelease == built.release)
        #expect(module.signature == nil)
        #expect(!module.isStripped)
    }

    @Test("tells symbols as nm and Module.symvers do")
    func symbols() async throws {
        let built = try await ExampleModules.built()
        let provider = try ModuleFile(built.provider)
        let user = try ModuleFile(built.user)
        #expect(provider.exportedSymbols.map(\.name) == ["mk_provided", "mk_provided_gpl"])
        #expect(provider.exportedSymbols.map(\.isGPLOnly) == [false, true])
        #expect(user.depends == ["mk-provider"])
        #expect(user.undefinedSymbols.contains("mk_provided"))
        #expect(user.exportedSymbols.isEmpty)

        let file = folder.path.appending("user.ko")
        try Files.write(built.user, to: file)
        let undefined = String(decoding: try await oracle("nm", ["-u", file.string]), as: UTF8.self)
            .split(separator: "\n").compactMap { $0.split(separator: " ").last.map(String.init) }
        #expect(user.undefinedSymbols == undefined.sorted())

        // The user was linked against the check sum that the provider exports.
        let needed = user.symbolVersions.first { $0.name == "mk_provided" }?.crc
        #expect(needed != nil)
        #expect(provider.exportedSymbols.first?.crc == needed)

        let headers = try #require(ExampleModules.headers)
        let symvers = try Files.readText(headers.appending("Module.symvers"))
        let line = try #require(symvers.split(separator: "\n").first { $0.contains("\tmodule_layout\t") })
        let crc = try #require(UInt32(line.split(separator: "\t")[0].dropFirst(2), radix: 16))
        #expect(user.moduleLayoutCRC == crc)

        let dump = String(
            decoding: try await oracle("modprobe", ["--dump-modversions", file.string]), as: UTF8.self)
        let theirs = dump.split(separator: "\n").compactMap { line -> String? in
            let fields = line.split(separator: "\t")
            return fields.count == 2 ? "\(fields[0].dropFirst(2)) \(fields[1])" : nil
        }
        let ours = user.symbolVersions.map { version in
            let digits = String(version.crc, radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits + " " + version.name
        }
        #expect(ours.sorted() == theirs.sorted())
    }

    @Test("tells the size of struct module as readelf does")
    func structModule() async throws {
        let built = try await ExampleModules.built()
        let file = folder.path.appending("user.ko")
        try Files.write(built.user, to: file)
        let table = String(decoding: try await oracle("readelf", ["-SW", file.string]), as: UTF8.self)
        let row = try #require(
            table.split(separator: "\n").first { $0.contains(" .gnu.linkonce.this_module ") })
        let fields = row.split(separator: "]")[1].split(separator: " ")
        #expect(try ModuleFile(built.user).structModuleSize == Int(fields[4], radix: 16))
        let machine = String(decoding: try await oracle("uname", ["-m"]), as: UTF8.self)
        #expect(try ModuleFile(built.user).architecture == machine.filter { !$0.isWhitespace })
    }

    @Test("a stripped module says so and keeps its facts")
    func stripped() async throws {
        let built = try await ExampleModules.built()
        let file = folder.path.appending("stripped.ko")
        try Files.write(built.provider, to: file)
        let before = try ModuleFile(contentsOf: file)
        try await ModuleStripper().strip(file)
        let after = try ModuleFile(contentsOf: file)
        #expect(after.isStripped)
        #expect(after.info == before.info)
        #expect(after.exportedSymbols == before.exportedSymbols)
        #expect(after.symbolVersions == before.symbolVersions)
    }

    @Test("falls back to the name in struct module")
    func nameWithoutModinfo() async throws {
        var bytes = try await ExampleModules.built().provider
        let key = Array("\0name=mk_provider".utf8)
        let start = try #require(bytes.indices.first { bytes[$0...].starts(with: key) })
        bytes[start + 1] = UInt8(ascii: "x")
        let module = try ModuleFile(bytes)
        #expect(module.value("name") == nil)
        #expect(module.name == "mk_provider")
    }

    @Test("refuses what is no module")
    func refuses() throws {
        #expect(code { try ModuleFile([]) } == "not-a-module")
        #expect(code { try ModuleFile(Array("#!/bin/sh\n echo hello".utf8)) } == "not-a-module")
        #expect(code { try ModuleFile(Files.read("/bin/true")) } == "not-a-module")
        #expect(code { try ModuleFile(contentsOf: "/nonexistent/a.ko") } == "file-error")
    }
}

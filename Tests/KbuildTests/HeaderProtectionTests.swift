import Diagnostics
import ScratchFolder
import Streams
import SystemPackage
import Testing
import Tools

@testable import Kbuild

/// Builds that write where the headers are, on a folder that only stands for headers.
@Suite struct HeaderProtectionTests {
    let scratch: Scratch
    var headers: FilePath { scratch.path.appending("headers") }

    init() throws {
        scratch = try Scratch()
        try scratch.fill(["headers/Makefile": "x\n", "headers/sub/file": "y\n", "tree/file": ""])
    }

    private func run(_ protection: HeaderProtection, _ script: String) async throws -> Program.Outcome {
        let folder = try TemporaryFolder("jobs", in: scratch.path)
        let jobserver = try Jobserver(in: folder.path, jobs: 1, makes: 1)
        let (name, arguments) = protection.wrap(
            ["/bin/sh", "-c", script], jobserver: jobserver.fifo, headers: [headers])
        let outcome = try await Program(name, arguments, folder: scratch.path.appending("tree")).capture()
        _ = consume jobserver
        _ = folder.path
        return outcome
    }

    @Test(arguments: ["echo z >../headers/new", "echo z >../headers/sub/file", "rm ../headers/Makefile"])
    func aWriteIsRefusedOrSeen(_ script: String) async throws {
        let protection = await HeaderProtection.available()
        let before = protection.fingerprint([headers])
        let outcome = try await run(protection, script)
        switch protection {
        case .readOnly:
            #expect(outcome.status != 0)
            #expect(String(decoding: outcome.errorOutput, as: UTF8.self).contains("Read-only"))
            #expect(try Files.readText(headers.appending("Makefile")) == "x\n")
            #expect(try Files.readText(headers.pushing("sub/file")) == "y\n")
            #expect(try Files.names(in: headers) == ["Makefile", "sub"])
        case .compared:
            #expect(protection.fingerprint([headers]) != before)
        }
    }

    /// Without namespaces the comparison has to see each kind of change by itself.
    @Test(
        arguments: [
            "echo z >../headers/new", "echo longer >../headers/sub/file", "rm ../headers/Makefile",
            "mkdir ../headers/folder", "mv ../headers/sub ../headers/bus",
        ])
    func theComparisonSeesIt(_ script: String) async throws {
        let protection = HeaderProtection.compared
        let before = protection.fingerprint([headers])
        #expect(try await run(protection, script).status == 0)
        #expect(protection.fingerprint([headers]) != before)
    }

    @Test func aBuildThatKeepsToItsFolderIsFine() async throws {
        for protection in [await HeaderProtection.available(), .compared] {
            let before = protection.fingerprint([headers])
            let outcome = try await run(protection, "cat ../headers/Makefile && echo built >output && exit 7")
            #expect(outcome.status == 7)
            #expect(outcome.output == Array("x\n".utf8))
            #expect(protection.fingerprint([headers]) == before)
        }
        #expect(try Files.readText(scratch.path.pushing("tree/output")) == "built\n")
    }
}

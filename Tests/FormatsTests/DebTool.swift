import Archive
import Compression
import Diagnostics
import Streams
import SystemPackage
import Testing
import Tools

/// Programs of the system that read what we write.
enum DebTool {
    static var isRoot: Bool { (try? Files.status("/proc/self"))?.owner == 0 }

    /// What it printed; a status other than 0 fails the test.
    @discardableResult
    static func run(
        _ name: String, _ arguments: [String], input: [UInt8] = [],
        location: SourceLocation = #_sourceLocation
    ) async throws -> [UInt8] {
        let program = Program(
            name, arguments,
            environment: Program.cleanEnvironment(adding: ["LC_ALL": "C.UTF-8", "TZ": "UTC"]))
        let outcome = try await program.capture(input: input)
        let printed = String(decoding: outcome.output + outcome.errorOutput, as: UTF8.self)
        #expect(outcome.status == 0, "\(name) \(arguments): \(printed)", sourceLocation: location)
        return outcome.output
    }

    static func text(_ name: String, _ arguments: [String], input: [UInt8] = []) async throws -> String {
        String(decoding: try await run(name, arguments, input: input), as: UTF8.self)
    }
}

/// A source tree as N-dkms packages have it, in all kinds of entries.
enum DebSamples {
    static let epoch: Int64 = 1_700_000_000

    static func file(_ path: String, _ text: String, _ permissions: UInt16 = 0o644) -> FileEntry {
        FileEntry(path: path, kind: .file(.text(text)), permissions: permissions, modified: epoch - 100)
    }

    static func tree() throws(Diagnostic) -> FileList {
        let long = String(repeating: "long-", count: 30)
        return try FileList([
            file("dkms.conf", "PACKAGE_NAME=hello\nPACKAGE_VERSION=1.5.0\n"),
            file("Makefile", "obj-m := hello.o\n"), file("hello.c", "int main;\n"), file("empty", ""),
            file("scripts/run", "#!/bin/sh\nexit 0\n", 0o755), file("\(long)/\(long).c", "deep\n"),
            FileEntry(
                path: "link", kind: .symbolicLink(target: "hello.c"), permissions: 0o777, modified: epoch + 9),
        ]).addingParents(mtime: epoch)
    }

    static let settings: [CompressionSettings] = [
        CompressionSettings(.gz), CompressionSettings(.xz, level: 6, threads: 2, check: .crc32),
        CompressionSettings(.zst, threads: 2), CompressionSettings(.none),
    ]
}

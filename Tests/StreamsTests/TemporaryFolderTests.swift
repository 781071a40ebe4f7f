import Diagnostics
import ScratchFolder
import Streams
import SystemPackage
import Testing

@Suite struct TemporaryFolderTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func used(_ body: (FilePath) throws -> Void) throws {
        let folder = try TemporaryFolder("inner", in: scratch.path)
        try body(folder.path)
        _ = folder.path
    }

    @Test func isPrivateAndGoesAwayWithItsContent() throws {
        try used { path in
            #expect(try Files.status(path).permissions == 0o700)
            try Files.makeDirectories(path.pushing("deep/deeper"))
            try Files.write([1], to: path.pushing("deep/deeper/file"))
            #expect(try Files.names(in: scratch.path).count == 1)
        }
        #expect(try Files.names(in: scratch.path).isEmpty)
    }

    @Test func goesAwayAlthoughItCannotBeEntered() throws {
        try used { path in
            try Files.makeDirectories(path.appending("closed"))
            try Files.write([1], to: path.pushing("closed/file"))
            try Files.setPermissions(path.appending("closed"), 0)
        }
        #expect(try Files.names(in: scratch.path).isEmpty)
    }

    @Test func twoAreTwo() throws {
        try used { first in try used { second in #expect(first != second) } }
    }

    @Test func needsItsParent() {
        #expect(code { try used(in: scratch.path.appending("missing")) } == "file-error")
    }

    private func used(in parent: FilePath) throws {
        let folder = try TemporaryFolder("inner", in: parent)
        _ = folder.path
    }
}

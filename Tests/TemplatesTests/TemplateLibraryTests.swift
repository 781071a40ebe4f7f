import Diagnostics
import Streams
import SystemPackage
import Templates
import Testing

@Suite struct TemplateLibraryTests {
    private func library(_ files: [String: String], in folder: FilePath) throws -> TemplateLibrary {
        for (name, text) in files {
            let path = folder.appending(name)
            try Files.makeDirectories(path.removingLastComponent())
            try Files.write(Array(text.utf8), to: path)
        }
        return TemplateLibrary(folders: [folder])
    }

    private func fault(_ body: () throws -> Void) -> Diagnostic? {
        do {
            try body()
            return nil
        } catch {
            return error as? Diagnostic
        }
    }

    @Test func fillsTokensAndIncludes() throws {
        let folder = try TemporaryFolder("templates")
        let library = try library(
            [
                "a/b": "x=@X@\n@INCLUDE parts/p@\nmail me@example.org \"$@\" @x@ @_@\n",
                "parts/p": "y=@Y@@X@\n",
            ],
            in: folder.path)
        let text = try library.render("a/b", ["X": .shell("a b"), "Y": .verbatim("1")])
        #expect(text == "x='a b'\ny=1'a b'\nmail me@example.org \"$@\" @x@ @_@\n")
    }

    @Test func valuesAreNotTemplates() throws {
        let folder = try TemporaryFolder("templates")
        let library = try library(["a/b": "@X@ @Y@"], in: folder.path)
        #expect(try library.render("a/b", ["X": .verbatim("@Y@"), "Y": .verbatim("z")]) == "@Y@ z")
    }

    @Test func unknownTokensAreToldWithTheirLines() throws {
        let folder = try TemporaryFolder("templates")
        let library = try library(["a/b": "1\n@ONE@ @X@\n@INCLUDE c@\n", "c": "\n\n@TWO@"], in: folder.path)
        let fault = try #require(fault { _ = try library.render("a/b", ["X": .shell("")]) })
        #expect(fault.code == "bad-template")
        #expect(fault.related.map(\.location?.line) == [2, 3])
        #expect(fault.related.map(\.location?.file) == ["a/b", "c"].map { folder.path.appending($0).string })
        #expect(fault.related.allSatisfy { $0.code == "unknown-token" })
    }

    @Test func unusedValuesAreToldToo() throws {
        let folder = try TemporaryFolder("templates")
        let library = try library(["a/b": "@X@"], in: folder.path)
        let fault = try #require(
            fault { _ = try library.render("a/b", ["X": .shell(""), "UNUSED": .shell("")]) })
        #expect(fault.related.map(\.code) == ["unused-token"])
        #expect(fault.related.map(\.location?.file) == [folder.path.appending("a/b").string])
    }

    /// Also where it isn't the template's fault.
    @Test func everyFaultHasItsFile() throws {
        let folder = try TemporaryFolder("templates")
        let library = try library(["deb-dkms/prerm": "1\n@NAME@\n"], in: folder.path)
        let fault = try #require(
            fault { _ = try library.render("deb-dkms/prerm", ["NAME": .shell("a\0b"), "X": .shell("")]) })
        let file = folder.path.appending("deb-dkms/prerm").string
        #expect(fault.related.map(\.code) == ["unquotable-value", "unused-token"])
        #expect(fault.related.map(\.location) == [.init(file: file, line: 2), .init(file: file)])
        // Of a folder, the files that are somebody's own are named first.
        let whole = try #require(self.fault { _ = try library.render(folder: "deb-dkms", ["X": .shell("")]) })
        #expect(whole.related.last?.code == "unused-token")
        #expect(whole.related.last?.location?.file == file)
    }

    @Test func circlesEnd() throws {
        let folder = try TemporaryFolder("templates")
        let library = try library(["a": "@INCLUDE a@"], in: folder.path)
        #expect(fault { _ = try library.render("a", [:]) }?.code == "template-circle")
    }

    @Test func aFolderReplacesSingleFiles() throws {
        let folder = try TemporaryFolder("templates")
        let library = try library(["deb-dkms/postrm": "mine @NAME@"], in: folder.path)
        #expect(try library.render("deb-dkms/postrm", ["NAME": .shell("n")]) == "mine n")
        #expect(try library.source("deb-dkms/postinst").origin.hasSuffix("(built in)"))
        #expect(fault { _ = try library.source("deb-dkms/nothing") }?.code == "unknown-template")
    }

    @Test func aDemandedFolderHasToBeThere() {
        let library = TemplateLibrary(directory: "/nonexistent/templates")
        #expect(fault { _ = try library.source("bundle/install") }?.code == "no-template-folder")
    }
}

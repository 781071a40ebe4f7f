import Streams
import SystemPackage
import Testing
import Tools

@testable import Review

@Suite struct DraftTests {
    @Test func textIsQuotedForYAML() {
        #expect(DraftYAML.quoted("a \"b\" \\n\té\u{07}") == "\"a \\\"b\\\" \\\\n\\té\"")
        #expect(DraftYAML.block("one\n\n  two") == "|\n  one\n\n    two")
        #expect(DraftYAML.block(" one") == "\" one\"")
        #expect(DraftYAML.block("one\n") == "\"one\\n\"")
    }

    @Test func nameAndVersionTakeTheirPlaces() {
        let text = "PACKAGE_NAME=\"a\"\nPACKAGE_VERSION=\"#MODULE_VERSION#\"\nX=\"#MODULE_VERSION#\"\n"
        #expect(
            DraftConf.filled(text, name: "b", version: "2")
                == "PACKAGE_NAME=\"b\"\nPACKAGE_VERSION=\"2\"\nX=\"2\"\n")
        #expect(DraftConf.facts(text, "debian/a.dkms").map(\.value) == ["a"])
    }

    /// The package with the source is known by the word dkms, wherever that stands; the module's name only before it.
    @Test(arguments: [
        ("greeter", "hello-dkms", "hello"), ("hello", "dkms-hello", "hello"),
        ("hello-dkms", "nvidia-dkms-535", "hello"), ("hello", "hello-tools", "hello"),
    ])
    func thePackageForDkmsIsFound(_ source: String, _ package: String, _ name: String) throws {
        let scratch = try TemporaryFolder("draft")
        try Files.makeDirectories(scratch.path.appending("debian"))
        let control = """
            Source: \(source)

            Package: hello-doc
            Recommends: nothing

            Package: \(package)
            Recommends: words

            """
        try Files.write(Array(control.utf8), to: scratch.path.pushing("debian/control"))
        let facts = DraftDebian(try DraftFolder(scratch.path)).facts
        #expect(facts.filter { $0.key == .name }.map(\.value) == [name])
        #expect(
            facts.filter { $0.key == .debRecommends }.map(\.value)
                == [package.contains("dkms") ? "words" : "nothing"])
    }

    /// Values with everything that bash gives a meaning in double quotes, and accents that make one character of two.
    static let hostile = [
        "$(touch pwned)", "`touch pwned`", "a\"; touch pwned; \"", "a\\", "$HOME ${HOME}", "it's",
        "a\"\u{301}b", "a'\u{301}; touch pwned; '",
        "\\\"$`", "a\nb", "#!x",
    ]

    @Test(arguments: hostile)
    func bashTakesAQuotedValueLiterally(_ value: String) async throws {
        // Where a quoting that fails leaves its traces.
        let scratch = try TemporaryFolder("draft")
        let outcome = try await Program(
            "bash", ["-c", "x=\(DraftConf.quoted(value)); printf %s \"$x\""],
            environment: Program.cleanEnvironment(adding: ["LC_ALL": "C.UTF-8"]), folder: scratch.path
        ).capture()
        #expect(String(decoding: outcome.output, as: UTF8.self) == value)
        #expect(try Files.names(in: scratch.path).isEmpty)
        #expect(outcome.status == 0 && outcome.errorOutput.isEmpty)
    }

    /// Once where dkms.conf is evaluated, and again where the command is run.
    @Test(arguments: hostile)
    func aFolderInACommandIsOneWord(_ folder: String) async throws {
        let scratch = try TemporaryFolder("draft")
        let command = DraftCommand.kbuild(folder, ["A=b"])
        let script = """
            kernel_source_dir=k dkms_tree=t PACKAGE_NAME=n PACKAGE_VERSION=v
            make() { printf '<%s>' "$@"; }
            command=\(command.quoted)
            eval "$command"
            """
        let outcome = try await Program(
            "bash", ["-c", script], environment: Program.cleanEnvironment(adding: ["LC_ALL": "C.UTF-8"]),
            folder: scratch.path
        ).capture()
        #expect(try Files.names(in: scratch.path).isEmpty)
        #expect(
            String(decoding: outcome.output, as: UTF8.self)
                == "<-C><k><M=t/n/v/build/\(folder)><A=b><modules>")
        #expect(outcome.status == 0 && outcome.errorOutput.isEmpty)
    }

    @Test func commandsAreReadable() {
        #expect(
            DraftCommand.kbuild("a/b", []).text
                == "make -C $kernel_source_dir M=$dkms_tree/$PACKAGE_NAME/$PACKAGE_VERSION/build/a/b modules")
        let make = DraftCommand.make([
            ("KVER", .variable("kernelver")), ("K", .variable("kernel_source_dir")),
        ])
        #expect(make.text == "make KVER=$kernelver K=$kernel_source_dir")
        #expect(DraftCommand.all([make, make]).quoted == "\"\(make.text) && \(make.text)\"")
    }
}

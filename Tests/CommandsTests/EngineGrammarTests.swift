import Lifecycle
import Streams
import SystemPackage
import Testing

@testable import Commands

/// dkms's command line, as its own parser takes it.
@Suite struct EngineGrammarTests {
    /// What came of a command line.
    private struct Parsed {
        var request = EngineRequest()
        var outcome = ""
        var warnings: [String] = []
        var isSilent = false
    }

    private func parse(_ arguments: [String]) throws(EngineStop) -> Parsed {
        var parsed = Parsed()
        var grammar = EngineGrammar(
            arguments, warn: { parsed.warnings.append($0) }, silence: { parsed.isSilent = true })
        switch try grammar.parse() {
        case .run(let request):
            parsed.outcome = "run"
            parsed.request = request
        case .version: parsed.outcome = "version"
        case .help: parsed.outcome = "help"
        case .unknownOption(let option): parsed.outcome = "unknown \(option)"
        case .noAction: parsed.outcome = "no action"
        }
        return parsed
    }

    /// The request of `status` with more words before and behind it.
    private func request(_ line: String) throws -> EngineRequest {
        let parsed = try parse(line.split(separator: " ").map(String.init) + ["status"])
        #expect(parsed.outcome == "run")
        #expect(parsed.warnings.isEmpty)
        return parsed.request
    }

    private func stop(_ line: String) -> EngineStop? {
        do throws(EngineStop) {
            _ = try parse(line.split(separator: " ").map(String.init))
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: EngineRequest.Action.allCases)
    func everyActionAnywhere(_ action: EngineRequest.Action) throws {
        for line in [
            [action.rawValue, "-m", "hello", "-v", "1.0"], ["-m", "hello", action.rawValue, "-v", "1.0"],
            ["-m", "hello", "-v", "1.0", action.rawValue], ["hello/1.0", action.rawValue],
        ] {
            let parsed = try parse(line)
            #expect(parsed.outcome == "run")
            #expect(parsed.request.action == action)
            #expect(parsed.request.module == "hello")
            #expect(parsed.request.version == "1.0")
            #expect(EngineGrammar.isForEngine(line) == (line.first != "hello/1.0"))
        }
    }

    @Test func otherCommandsAreNotTheEngines() {
        #expect(!EngineGrammar.isForEngine([]))
        #expect(!EngineGrammar.isForEngine(["deb", "status"]))
        #expect(!EngineGrammar.isForEngine(["--verbose", "deb", "."]))
        #expect(!EngineGrammar.isForEngine(["Status"]))
        #expect(EngineGrammar.isForEngine(["--verbose", "status"]))
    }

    @Test func noActionIsNoFault() throws {
        #expect(try parse([]).outcome == "no action")
        #expect(try parse(["-m", "hello"]).outcome == "no action")
        #expect(try parse(["hello/1.0"]).outcome == "no action")
    }

    @Test func twoActions() {
        let expected = EngineStop(4, "Cannot specify more than one action.")
        #expect(stop("add status") == expected)
        #expect(stop("status -m hello status") == expected)
        // As the value of an option it is none.
        #expect(stop("status -m add") == nil)
    }

    @Test(
        arguments: [
            "--module hello/1.0", "--module=hello/1.0", "--modulefoo=hello/1.0", "--module-name hello/1.0",
            "-m hello/1.0", "-m hello -v 1.0", "hello/1.0", "hello -v 1.0", "-m hello/2 -v 1.0",
            "-v 2 -m hello/1.0", "-m other hello/1.0 -m hello -v 1.0",
        ])
    func modules(_ line: String) throws {
        let isSurplus = line.contains("other")
        let parsed = try parse(line.split(separator: " ").map(String.init) + ["status"])
        #expect(parsed.request.module == "hello")
        #expect(parsed.request.version == "1.0")
        #expect(
            parsed.warnings == (isSurplus ? ["Warning: I do not know how to handle hello/1.0."] : []))
    }

    @Test func firstSlashDivides() throws {
        let request = try request("-m hello/1.0/2 -k 6.1/x86_64/y")
        #expect(request.module == "hello")
        #expect(request.version == "1.0/2")
        #expect(request.kernels == ["6.1"])
        #expect(request.architectures == ["x86_64/y"])
    }

    @Test func kernelsAndArchitectures() throws {
        #expect(try request("-k 6.1").architectures.isEmpty)
        var found = try request("-k 6.1/x86_64 --kernelver=6.2/i686 --kernelversion 6.3 -a aarch64")
        #expect(found.kernels == ["6.1", "6.2", "6.3"])
        #expect(found.architectures == ["x86_64", "i686", "aarch64"])
        found = try request("-k 6.1 -k 6.2 --arch=i686")
        #expect(found.kernels == ["6.1", "6.2"])
        #expect(found.architectures == ["i686"])
    }

    @Test func optionsWithValues() throws {
        let found = try request(
            "--templatekernel 6.0 -c my.conf --dkmstree=/d --sourcetree /s --installtree=/i --config /c "
                + "--archive=a.tar.gz --kernelsourcedir=/k --directive A=B --directive=C=D=E -j 4")
        #expect(found.templateKernel == "6.0")
        #expect(found.conf == "my.conf")
        #expect(found.dkmsTree == "/d")
        #expect(found.sourceTree == "/s")
        #expect(found.installTree == "/i")
        #expect(found.kernelConfig == "/c")
        #expect(found.archive == "a.tar.gz")
        #expect(found.kernelSourceFolder == "/k")
        #expect(found.directives == ["A=B", "C=D=E"])
        #expect(found.parallelJobs == "4")
        // --archive is not --arch.
        #expect(found.architectures.isEmpty)
    }

    @Test func switches() throws {
        let none = try request("")
        #expect(
            !none.isForced && !none.overridesVersion && !none.all && !none.isVerbose && !none.isSafeUpgrade)
        #expect(!none.symlinksModules && !none.skipsDepmod && !none.probesOnInstall && !none.wantsJSON)
        #expect(none.mayUseShell && !none.isBinariesOnly && !none.isSourceOnly)
        #expect(try request("--force").isForced)
        #expect(try !request("--force").overridesVersion)
        #expect(try request("--force-version-override").overridesVersion)
        #expect(try !request("--force-version-override").isForced)
        #expect(try request("--all").all)
        #expect(try request("--verbose").isVerbose)
        #expect(try request("--rpm_safe_upgrade").isSafeUpgrade)
        #expect(try request("--symlink-modules").symlinksModules)
        #expect(try request("--no-depmod").skipsDepmod)
        #expect(try request("--modprobe-on-install").probesOnInstall)
        #expect(try request("--binaries-only").isBinariesOnly)
        #expect(try request("--source-only").isSourceOnly)
        #expect(try request("--json").wantsJSON)
        #expect(try !request("--no-shell").mayUseShell)
        #expect(try request("--debug --color never --color=always").action == .status)
    }

    @Test(arguments: ["-q", "--quiet"]) func quiet(_ option: String) throws {
        #expect(try parse([option, "status"]).isSilent)
        #expect(try !parse(["status"]).isSilent)
    }

    @Test(arguments: ["--no-initrd", "--no-clean-kernel", "--no-prepare-kernel"])
    func formerOptions(_ option: String) throws {
        let parsed = try parse(["status", option])
        #expect(parsed.outcome == "run")
        #expect(parsed.warnings == ["Deprecated feature: \(option)"])
    }

    /// What is asked for first wins; nothing behind it is looked at.
    @Test func endsEarly() throws {
        #expect(try parse(["status", "--version", "--nonsense"]).outcome == "version")
        #expect(try parse(["-V"]).outcome == "version")
        #expect(try parse(["-h", "add", "add"]).outcome == "help")
        #expect(try parse(["--help"]).outcome == "help")
        #expect(try parse(["status", "--nonsense", "--help"]).outcome == "unknown --nonsense")
    }

    @Test(
        arguments: [
            "-x", "--", "-", "-m=hello", "-mhello", "-k=6.1", "-v=1.0", "--forced", "--force=yes", "--mod",
            "--all-kernels", "--verbosely", "-jobs",
        ])
    func unknownOptions(_ option: String) throws {
        #expect(try parse(["status", option, "x"]).outcome == "unknown \(option)")
    }

    /// `read` takes one line and drops the blanks around it.
    @Test(
        arguments: [
            (" hello ", "hello"), ("\thello\t", "hello"), ("he llo", "he llo"), ("hello\nworld", "hello"),
            ("\nhello", ""), ("", ""), ("  ", ""),
        ])
    func valuesAreTrimmed(_ given: String, _ taken: String) throws {
        #expect(try parse(["-m", given, "status"]).request.module == taken)
        #expect(try parse(["--module=\(given)", "status"]).request.module == taken)
        #expect(try parse(["status", "--directive", given]).request.directives == [taken])
    }

    @Test func missingValueIsEmpty() throws {
        let parsed = try parse(["status", "-k"])
        #expect(parsed.outcome == "run")
        #expect(parsed.request.kernels == [""])
    }

    @Test func optionsThatExcludeEachOther() {
        #expect(
            stop("mktarball --binaries-only --source-only")
                == EngineStop(
                    8, "You have specified both --binaries-only and --source-only.", "You cannot do this."))
        let unequal = EngineStop(
            1, "If more than one arch is specified on the command line, then there",
            "must be an equal number of kernel versions also specified (1:1 relationship).")
        #expect(stop("status -a x86_64 -a i686") == unequal)
        #expect(stop("status -k 6.1/x86_64 -k 6.2/x86_64 -k 6.3") == unequal)
        #expect(stop("status -k 6.1 -k 6.2 -a i686") == nil)
        #expect(
            stop("remove --all -k 6.1")
                == EngineStop(
                    2, "You cannot specify a kernel version and also specify", "--all on the command line."))
        #expect(
            stop("remove --all -a i686")
                == EngineStop(3, "You cannot specify an arch and also specify", "--all on the command line."))
        #expect(stop("remove --all") == nil)
    }

    @Test func wordsMayBeFoldersAndArchives() throws {
        let temporary = try TemporaryFolder("grammar-test")
        let tree = temporary.path.appending("tree")
        let (conf, archive) = (tree.appending("dkms.conf"), temporary.path.appending("x.tar.gz"))
        try Files.makeDirectory(tree)
        try Files.write([], to: archive)
        // Without a dkms.conf it is a name like others, to be divided at its first slash.
        let bare = try parse(["add", tree.string]).request
        #expect(bare.sourceFolder == nil)
        #expect(bare.module == "")
        #expect(bare.version == String(tree.string.dropFirst()))
        try Files.write([], to: conf)
        #expect(try parse(["add", tree.string]).request.sourceFolder == tree.string)
        #expect(try parse(["add", conf.string]).request.sourceFolder == "\(tree)/./")
        let found = try parse(["ldtarball", archive.string]).request
        #expect(found.archive == archive.string)
        #expect(found.sourceFolder == nil)
        #expect(found.module == "")
    }
}

import Diagnostics
import DkmsConf
import Streams
import SystemPackage
import Testing

private let corpus = FilePath(#filePath).removingLastComponent().removingLastComponent()
    .removingLastComponent()
    .pushing(".test/corpus/conf")

@Suite struct ConfRequestTests {
    private func fault(_ text: String, mayUseShell: Bool = true) async throws -> Diagnostic? {
        let folder = try TemporaryFolder("request")
        let file = folder.path.appending("dkms.conf")
        try Files.write(Array(text.utf8), to: file)
        let request = ConfRequest(files: [file], context: .amd64, mayUseShell: mayUseShell)
        defer { _ = folder.path }
        do throws(Diagnostic) {
            _ = try await request.read()
            return nil
        } catch {
            return error
        }
    }

    /// One after the other in one shell state.
    @Test(
        arguments: [
            ("MAKE=a\nX=1\n", "CLEAN=$MAKE$X\nMAKE+=b\n"), ("MAKE=a", "MAKE=$(printf c)\n"),
            ("X=$(printf 1)", "MAKE=$X\n"),
            ("MAKE=(a b)", "unset MAKE"), ("break\nMAKE=a", "MAKE+=c"), ("MAKE=a\nfalse", "MAKE+=$?"),
        ])
    func overrides(_ first: String, _ second: String) async throws {
        let both = try await BothWays(first, second)
        let shell = try #require(both.shellValues)
        if let plain = both.plain { #expect(plain == shell) }
    }

    @Test func overridesAreSeen() async throws {
        let both = try await BothWays("MAKE=a\nX=1\n", "CLEAN=$MAKE$X\n", "MAKE=c")
        let values = try #require(both.plain)
        #expect(values["CLEAN"] == "a1")
        #expect(values["MAKE"] == "c")
        #expect(both.shellValues == values)
    }

    @Test func directivesWin() async throws {
        let both = try await BothWays(
            "MAKE=a\nMAKE[1]=b\nCLEAN=$MAKE\nDKMS_DIRECTIVE='STRIP=no'\n",
            directives: ["MAKE=x=y", "AUTOINSTALL", "STRIP=", "NOTHING=1"])
        let values = try #require(both.plain)
        #expect(values == both.shellValues)
        #expect(values["MAKE"] == "x=y" && values["MAKE", 1] == "b" && values["CLEAN"] == "a")
        #expect(values["AUTOINSTALL"] == "AUTOINSTALL" && values["STRIP"] == nil && values.isSet("STRIP"))
    }

    @Test func settledVersion() async throws {
        var context = ConfContext.amd64
        context.packageVersion = "2.0"
        let both = try await BothWays("PACKAGE_VERSION=1.0\nMAKE=$PACKAGE_VERSION\n", in: context)
        #expect(both.plain?["MAKE"] == "2.0")
        #expect(both.plain == both.shellValues)
    }

    @Test func refusalNamesTheConstruct() async throws {
        let fault = try #require(try await fault("MAKE=a\n\nCLEAN=\"x $(uname -r)\"\n", mayUseShell: false))
        #expect(fault.code == "shell-needed")
        #expect(fault.location?.line == 3)
        #expect(fault.message.contains("$(…)"))
    }

    @Test func faultsOfBash() async throws {
        #expect(try await fault("MAKE=$(true)\n") == nil)
        #expect(try await fault("if true; then\n")?.code == "conf-syntax")
        #expect(try await fault("exit 3\n")?.code == "conf-exit")
        let missing = ConfRequest(files: ["/nowhere/dkms.conf"], context: .amd64)
        await #expect { try await missing.read() } throws: { ($0 as? Diagnostic)?.code == "no-dkms-conf" }
        #expect(missing.readPlainly() == nil)
    }

    /// A kernel's `.config` that a dkms.conf reads, as digimend's does.
    @Test func readsKernelConfig() async throws {
        let folder = try TemporaryFolder("kernel")
        let lines = (0..<400).map { "CONFIG_N\($0)=y\n" }.joined()
        try Files.write(
            Array("# CONFIG_A is not set\n\(lines)CONFIG_HID=m\nCONFIG_CC=\"gcc (Debian)\"\n".utf8),
            to: folder.path.appending(".config"))
        let context = ConfContext(
            kernelRelease: "6.1", arch: "x86_64", kernelSourceFolder: folder.path.string)
        let both = try await BothWays(
            "if [ -f $kernel_source_dir/.config ]; then\n. $kernel_source_dir/.config\n"
                + "if [ \"${CONFIG_HID:-n}\" = m ] && [ -z \"$CONFIG_A\" ]; then MAKE=\"$CONFIG_CC $CONFIG_N399\"; fi\nfi\n",
            in: context)
        _ = folder.path
        #expect(both.plain?["MAKE"] == "gcc (Debian) y")
        #expect(both.plain == both.shellValues)
    }

    /// Files that Debian ships, where `make corpus` has fetched them.
    @Test(.enabled("make corpus was not run") { Files.isDirectory(corpus) })
    func debianFiles() async throws {
        var (accepted, total) = (0, 0)
        for package in try Files.names(in: corpus) {
            let source = corpus.appending(package).pushing("usr/src")
            for tree in (try? Files.names(in: source)) ?? [] {
                let file = source.appending(tree).appending("dkms.conf")
                guard Files.isRegularFile(file) else { continue }
                total += 1
                var request = ConfRequest(files: [file], context: .amd64)
                guard let plain = request.readPlainly() else { continue }
                accepted += 1
                request.mustUseShell = true
                #expect(try await request.read().values == plain, "\(file)")
            }
        }
        #expect(accepted * 10 >= total * 8, "\(accepted) of \(total)")
    }
}

import Diagnostics
import ScratchFolder
import Streams
import SystemPackage
import Testing
import Tools

@testable import Kbuild

/// The stand-in for uname, beside the real one.
@Suite struct UnameProgramTests {
    let scratch: Scratch
    let program: FilePath

    init() throws {
        scratch = try Scratch()
        let kernel = try sampleKernel("6.1.0-99-test", in: scratch)
        try UnameProgram.install(in: scratch.path.appending("bin"), for: kernel)
        program = scratch.path.pushing("bin/uname")
    }

    /// The real uname's answer with what it says of this machine replaced by what is said of the kernel.
    private func expected(_ arguments: [String]) async throws -> String {
        var text = try await output("uname", arguments)
        let answers = [("-v", "#1 SMP"), ("-r", "6.1.0-99-test"), ("-n", "localhost"), ("-m", "x86_64")]
        for (option, answer) in answers {
            let real = try await output("uname", [option]).filter { $0 != "\n" }
            if let range = text.firstRange(of: real) { text.replaceSubrange(range, with: answer) }
        }
        return text
    }

    @Test(
        arguments: [
            "", "-s", "-r", "-m", "-n", "-v", "-o", "-a", "-sr", "-rs", "-rm", "-mr", "-snrvm", "-r -m",
            "-s -r -m",
            "--kernel-release", "--machine", "--kernel-name", "--all", "--kernel-release --machine",
            "--operating-system", "--nodename", "--kernel-version", "-ra",
        ])
    func answersAsTheRealOneWould(_ line: String) async throws {
        let arguments = line.split(separator: " ").map(String.init)
        #expect(try await output(program.string, arguments) == (try await expected(arguments)))
    }

    @Test(arguments: ["--no-such-option", "-x", "-rx", "operand", "-r operand"])
    func refusesWhatTheRealOneRefuses(_ line: String) async throws {
        let arguments = line.split(separator: " ").map(String.init)
        let real = try await Program("uname", arguments).capture()
        let ours = try await Program(program.string, arguments).capture()
        #expect(real.status != 0)
        #expect(ours.status == real.status)
        #expect(ours.output.isEmpty)
        #expect(!ours.errorOutput.isEmpty)
    }
}

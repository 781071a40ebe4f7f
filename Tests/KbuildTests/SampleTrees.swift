import Diagnostics
import DkmsConf
import Kbuild
import Kernels
import ScratchFolder
import SourceTree
import Streams
import SystemPackage
import Tools

/// The kernels whose headers this machine has, for tests that really build.
enum InstalledKernels {
    static let all: [KernelTarget] = (try? KernelFinder().find(["all"])) ?? []
    static let reason = "needs installed kernel headers"
    static let reasonForTwo = "needs the headers of two kernels"
}

/// A tree whose module compiles, to be spoilt by tests: texts by path.
func helloTree(conf: String = "", makefile: String? = nil) throws -> [String: String] {
    let source = fixtures.appending("hello-1.5.0")
    return [
        "dkms.conf": try Files.readText(source.appending("dkms.conf")) + "\n" + conf + "\n",
        "Makefile": try makefile ?? Files.readText(source.appending("Makefile")),
        "hello.c": try Files.readText(source.appending("hello.c")),
    ]
}

/// A kernel that exists only as text: enough for what runs no compiler.
func sampleKernel(_ release: String = "6.1.0-99-test", in scratch: Scratch) throws -> KernelTarget {
    let folder = "usr/src/linux-headers-\(release)"
    try scratch.fill([
        "\(folder)/Makefile": "",
        "\(folder)/include/generated/utsrelease.h": "#define UTS_RELEASE \"\(release)\"\n",
        "\(folder)/include/config/auto.conf": "CONFIG_X86_64=y\n",
    ])
    guard let kernel = try KernelFinder(root: scratch.path).find([release]).first else {
        throw Diagnostic.error("no-kernel", "the sample kernel is not found")
    }
    return kernel
}

/// Builds the tree in `folder` and gives what is to be known of it while its modules are still there.
func build<Value>(
    _ folder: FilePath, for kernels: [KernelTarget], into logs: FilePath, timeLimit: Int? = nil,
    _ inspect: ([UnitResult]) async throws -> Value
) async throws -> Value {
    let tree = try SourceTree(root: folder, isNamed: false)
    let conf = try await tree.evaluate(in: .anyKernel(target: nil))
    let options = BuildOptions(jobs: 2, epoch: 1_700_000_000, timeLimit: timeLimit, logFolder: logs)
    let run = try await Builder(tree: tree, identity: try tree.identity(conf), options: options).build(
        for: kernels)
    let value = try await inspect(run.results)
    _ = consume run
    return value
}

extension UnitResult {
    /// Why it failed; nil where it didn't.
    var fault: Diagnostic? {
        if case .failed(let diagnostic) = state { diagnostic } else { nil }
    }
}

/// What a program printed that has to succeed.
func output(
    _ name: String, _ arguments: [String], environment: [String: String] = [:], folder: FilePath? = nil
) async throws -> String {
    let outcome = try await Program(
        name, arguments, environment: Program.cleanEnvironment(adding: environment), folder: folder
    ).capture()
    guard outcome.status == 0 else {
        throw Diagnostic.error(
            "oracle-failed", "\(name) \(arguments): \(String(decoding: outcome.errorOutput, as: UTF8.self))")
    }
    return String(decoding: outcome.output, as: UTF8.self)
}

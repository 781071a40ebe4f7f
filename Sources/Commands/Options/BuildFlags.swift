import ArgumentParser
import Compression
import Diagnostics
import Kbuild
import Kernels
import SystemPackage
import Tools

/// For which kernels, and how modules are built.
struct BuildFlags: ParsableArguments {
    @Option(
        name: .shortAndLong, parsing: .singleValue,
        help: ArgumentHelp(
            "A kernel to build for: a release, a headers folder, or all (repeatable).", valueName: "kernel"))
    var kernel: [String] = []

    @Option(
        name: .customShort("j", allowingJoined: true),
        help: ArgumentHelp(
            "Running compilers, over all kernels; by default one per processor.", valueName: "n"))
    var jobs: Int?

    @Option(help: ArgumentHelp("Seconds after which the build for one kernel is ended.", valueName: "s"))
    var timeout: Int?

    @Option(
        help: ArgumentHelp("Where logs of builds are kept; by default ~/.cache/mkdkms.", valueName: "dir"))
    var cacheDir: String?

    func validate() throws {
        if let jobs, jobs < 1 { throw ValidationError("-j needs a number of at least 1") }
        if let timeout, timeout < 1 { throw ValidationError("--timeout needs a number of at least 1") }
    }

    var names: [String] {
        kernel.isEmpty
            ? EnvironmentOption.value("KERNEL")?.split(separator: " ").map(String.init) ?? [] : kernel
    }

    /// The kernels that were named, none where none was.
    func kernels() throws(Diagnostic) -> [KernelTarget] {
        names.isEmpty ? [] : try requiredKernels()
    }

    /// The same, where there has to be one.
    func requiredKernels() throws(Diagnostic) -> [KernelTarget] {
        try find(names)
    }

    /// Some of those that were named.
    func find(_ names: [String]) throws(Diagnostic) -> [KernelTarget] {
        try EnvironmentOption.telling("KERNEL", unless: !kernel.isEmpty) {
            () throws(Diagnostic) in try KernelFinder().find(names)
        }
    }

    func jobCount() throws(Diagnostic) -> Int {
        let environmentJobs = try EnvironmentOption.number("JOBS")
        return jobs ?? environmentJobs ?? CompressionSettings.availableThreads
    }

    func options(_ tree: TreeOptions, epoch: Int64, events: @escaping WorkSink) throws(Diagnostic)
        -> BuildOptions
    {
        let environmentTimeout = try EnvironmentOption.number("TIMEOUT")
        return BuildOptions(
            jobs: try jobCount(), target: try tree.distribution(),
            epoch: epoch,
            timeLimit: timeout ?? environmentTimeout, logFolder: cacheFolder.appending("logs"),
            events: events)
    }

    private var cacheFolder: FilePath {
        if let folder = cacheDir ?? EnvironmentOption.value("CACHE_DIR") { return FilePath(folder) }
        if let folder = CallerEnvironment.value("XDG_CACHE_HOME"), folder.hasPrefix("/") {
            return FilePath(folder).appending("mkdkms")
        }
        return FilePath(CallerEnvironment.value("HOME") ?? "/tmp").appending(".cache").appending("mkdkms")
    }
}

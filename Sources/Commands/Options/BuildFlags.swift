import ArgumentParser
import Diagnostics
import Kbuild
import Kernels
import SystemPackage
import Tools

/// For which kernels modules are built, and what becomes of them.
struct BuildFlags: ParsableArguments {
    @Option(
        name: .shortAndLong, parsing: .singleValue,
        help: ArgumentHelp(
            "A kernel to build for: a release, a headers folder, or all (repeatable).", valueName: "kernel"))
    var kernel: [String] = []

    @Option(help: ArgumentHelp("Seconds after which the build for one kernel is ended.", valueName: "s"))
    var timeout: Int?

    @Option(
        help: ArgumentHelp("Where logs of builds are kept; by default ~/.cache/mkdkms.", valueName: "dir"))
    var cacheDir: String?

    @OptionGroup var signing: SigningPolicyFlags
    @OptionGroup var modules: ModuleFlags

    func validate() throws {
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

    /// Seconds; nil for no limit.
    func timeLimit() throws(Diagnostic) -> Int? {
        let environmentTimeout = try EnvironmentOption.number("TIMEOUT")
        return timeout ?? environmentTimeout
    }

    /// Where what is kept between runs has its place.
    static func cacheFolder(_ named: String?) -> FilePath {
        if let folder = named ?? EnvironmentOption.value("CACHE_DIR") { return FilePath(folder) }
        if let folder = CallerEnvironment.value("XDG_CACHE_HOME"), folder.hasPrefix("/") {
            return FilePath(folder).appending("mkdkms")
        }
        return FilePath(CallerEnvironment.value("HOME") ?? "/tmp").appending(".cache").appending("mkdkms")
    }
}

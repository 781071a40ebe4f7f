import Diagnostics
import Kernels
import Streams
import SystemPackage
import Tools

/// What a build, and the scripts around it, find in their environment.
///
/// The caller's variables, as with dkms, without those that would lead a kbuild astray (dkms 3.4.3 drops the compiler's
/// alone); the kernel's compiler; a `uname` that answers for the kernel that is built for.
struct ModuleEnvironment: Sendable {
    let package: DkmsTree.Package
    let place: KernelPlace
    let folder: FilePath
    /// The folder of the `uname`.
    let programs: FilePath
    let options: KernelConfig?
    let directives: [String]
    /// What the file of framework.conf's build_environment exports.
    let administrators: [String: String]

    /// Variables by which an outer make or build speaks to an inner one.
    private static let misleading = [
        "CC", "CXX", "CFLAGS", "CXXFLAGS", "CPPFLAGS", "LDFLAGS", "MAKEFLAGS", "MFLAGS", "GNUMAKEFLAGS",
        "MAKELEVEL", "MAKEOVERRIDES", "sub_make_done", "KBUILD_OUTPUT", "KBUILD_EXTMOD",
        "KBUILD_EXTRA_SYMBOLS",
        "M", "O", "KERNELRELEASE", "KERNELVERSION", "MODLIB", "INSTALL_MOD_PATH", "OLDPWD",
    ]

    var usesClang: Bool { options?["CONFIG_CC_IS_CLANG"] == "y" }

    /// For scripts, which may want to start a make of their own.
    func variables() -> [String: String] {
        var variables = CallerEnvironment.all().filter { !Self.misleading.contains($0.key) }
        variables["module"] = package.module
        variables["module_version"] = package.version
        variables["kernelver"] = place.release
        variables["arch"] = place.architecture
        // A Makefile's $(PWD) is this variable, not the folder it runs in; an empty one would be fatal.
        variables["PWD"] = folder.string
        variables["PATH"] = "\(programs):\(Program.cleanEnvironment()["PATH"] ?? "")"
        for directive in directives {
            let name = directive.prefix { $0 != "=" }
            variables[String(name)] = String(directive.dropFirst(name.count + 1))
        }
        for name in ["CC", "KERNEL_CC"] { variables[name] = compiler }
        if options?["CONFIG_LD_IS_LLD"] == "y", Program.find("ld.lld") != nil {
            for name in ["LD", "KERNEL_LD"] { variables[name] = "ld.lld" }
        }
        if usesClang { variables["LLVM"] = "1" }
        return variables.merging(administrators) { _, theirs in theirs }
    }

    /// For make: on top of the others the kernel's compiler as a variable that the kernel's Makefile obeys.
    func makeVariables() -> [String: String] {
        var variables = variables()
        // Debian's headers choose it by themselves.
        let isChosenByHeaders = Files.isRegularFile(place.sourceFolder.appending(".kernelvariables"))
        if !isChosenByHeaders, !usesClang, let compiler {
            variables["MAKEFLAGS"] = " -- CC=\(compiler)"
        }
        return variables
    }

    /// The program that the kernel was built with, where it is installed under that name.
    var compiler: String? {
        if usesClang { return Program.find("clang") == nil ? nil : "clang" }
        let name = options?["CONFIG_CC_VERSION_TEXT"]?.prefix { $0 != " " }
        guard let name, !name.isEmpty, Program.find(String(name)) != nil else { return nil }
        return String(name)
    }
}

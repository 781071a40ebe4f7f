import Diagnostics
import Streams
package import SystemPackage

/// The compiler that built a kernel, and so has to build its modules.
package struct KernelCompiler: Hashable, Sendable {
    package enum Family: Hashable, Sendable { case gcc, clang }

    package let family: Family
    /// The text of `CONFIG_CC_VERSION_TEXT`, such as `gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0`.
    package let version: String
    /// A program name that has to be handed to make as `CC=`; nil where the kernel's own Makefile names it.
    package let program: String?
    /// Whether `LLVM=1` has to be handed to make.
    package var usesLLVM: Bool { family == .clang }
    /// The program that strips this kernel's modules.
    package var strip: String { usesLLVM ? "llvm-strip" : "strip" }

    /// Reads the kernel's own record of it; Debian's headers choose it in `.kernelvariables` by themselves.
    package init(config: KernelConfig, buildFolder: FilePath, search: [FilePath]) {
        version = config["CONFIG_CC_VERSION_TEXT"] ?? ""
        family = config["CONFIG_CC_IS_CLANG"] == "y" ? .clang : .gcc
        let name = version.prefix { $0 != " " }
        let isChosenByHeaders = Files.isRegularFile(buildFolder.appending(".kernelvariables"))
        let isInstalled = search.contains { Files.isRegularFile($0.appending(String(name))) }
        program =
            !isChosenByHeaders && !name.isEmpty && isInstalled && config["CONFIG_CC_IS_CLANG"] != "y"
            ? String(name) : nil
    }
}

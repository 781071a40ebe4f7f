import Diagnostics
import ScratchFolder
import Streams
import SystemPackage
import Tools

/// Two modules built once per run with the kernel headers of this machine, in a private folder.
enum ExampleModules {
    struct Built: Sendable {
        let release: String
        /// Exports symbols, has parameters, aliases and firmware.
        let provider: [UInt8]
        /// Needs a symbol of the provider, and has no MODULE_VERSION.
        let user: [UInt8]
    }

    /// The newest headers of this machine that can build modules.
    static let headers: FilePath? = {
        let base: FilePath = "/usr/src"
        let names = (try? Files.names(in: base)) ?? []
        return names.filter { $0.hasPrefix("linux-headers-") }.map(base.appending).last {
            Files.exists($0.appending("Module.symvers"))
                && Files.exists($0.appending("include/config/auto.conf"))
        }
    }()

    /// The kernel's own signer that comes with them.
    static let signFile: FilePath? = {
        let base: FilePath = "/usr/lib"
        let names = (try? Files.names(in: base)) ?? []
        return names.filter { $0.hasPrefix("linux-kbuild-") }.map {
            base.appending("\($0)/scripts/sign-file")
        }
        .last(where: Files.exists)
    }()

    static var canBuild: Bool { headers != nil }
    static var canSign: Bool { headers != nil && signFile != nil }
    static let reason = "needs linux-headers with linux-kbuild"

    static func built() async throws -> Built { try await building.value }

    private static let building = Task { try await build() }

    /// UTS_RELEASE of the headers.
    private static func release(_ headers: FilePath) throws -> String {
        let text = try Files.readText(headers.appending("include/generated/utsrelease.h"))
        let quoted = text.split(separator: "\"", omittingEmptySubsequences: false)
        guard quoted.count >= 3 else { throw Diagnostic.error("no-release", "no UTS_RELEASE in \(headers)") }
        return String(quoted[1])
    }

    private static func build() async throws -> Built {
        guard let headers else { throw Diagnostic.error("no-kernel-headers", "no headers") }
        let folder = try TemporaryFolder("module-test")
        let files = [
            "Makefile": "obj-m := mk-provider.o mk_user.o\n",
            "mk-provider.c": """
            #include <linux/module.h>
            static int level = 3;
            module_param(level, int, 0444);
            MODULE_PARM_DESC(level, "how much");
            int mk_provided(int x);
            int mk_provided(int x) { return x + level; }
            EXPORT_SYMBOL(mk_provided);
            int mk_provided_gpl(int x);
            int mk_provided_gpl(int x) { pr_info("mk %d\\n", x); return x; }
            EXPORT_SYMBOL_GPL(mk_provided_gpl);
            MODULE_ALIAS("pci:v00001234d*sv*sd*bc*sc*i*");
            MODULE_ALIAS("mk-other-name");
            MODULE_FIRMWARE("mk/firmware.bin");
            MODULE_AUTHOR("First");
            MODULE_AUTHOR("Second");
            MODULE_DESCRIPTION("an example = with a sign");
            MODULE_VERSION("1.5.0");
            MODULE_LICENSE("GPL");
            """,
            "mk_user.c": """
            #include <linux/module.h>
            int mk_provided(int x);
            static int __init mk_user_init(void) { return mk_provided(1) == 0; }
            static void __exit mk_user_exit(void) { }
            module_init(mk_user_init);
            module_exit(mk_user_exit);
            MODULE_LICENSE("GPL");
            """,
        ]
        for (name, text) in files {
            try Files.write(Array("\(text)\n".utf8), to: folder.path.appending(name))
        }
        // PWD is the module's folder, as kbuild expects of whoever calls it with M.
        _ = try await oracle(
            "make", ["-C", headers.string, "M=\(folder.path)", "modules"],
            environment: ["PWD": folder.path.string], folder: folder.path)
        return Built(
            release: try release(headers),
            provider: try Files.read(folder.path.appending("mk-provider.ko")),
            user: try Files.read(folder.path.appending("mk_user.ko")))
    }
}

/// Runs a program that has to succeed and gives what it printed.
func oracle(
    _ name: String, _ arguments: [String], environment: [String: String] = [:], folder: FilePath? = nil
) async throws -> [UInt8] {
    var environment = Program.cleanEnvironment(adding: environment)
    environment["PATH"] = "\(environment["PATH"] ?? ""):/usr/sbin:/sbin"
    let program = Program(name, arguments, environment: environment, folder: folder)
    let outcome = try await program.capture()
    guard outcome.status == 0 else {
        throw Diagnostic.error(
            "oracle-failed",
            "\(name) \(arguments): \(String(decoding: outcome.errorOutput, as: UTF8.self))")
    }
    return outcome.output
}

/// What `modinfo -F FIELD FILE` prints, line by line.
func modinfo(_ field: String, _ file: FilePath) async throws -> [String] {
    String(decoding: try await oracle("modinfo", ["-F", field, file.string]), as: UTF8.self)
        .split(separator: "\n").map(String.init)
}

package import Diagnostics
package import SystemPackage
import Tools

/// Takes the debugging information out of a module, as modules_install does with INSTALL_MOD_STRIP=1's `strip -g`.
package struct ModuleStripper: Sendable {
    /// `strip`, a cross toolchain's such as `aarch64-linux-gnu-strip`, or `llvm-strip` for a kernel built by clang.
    package let program: String
    package let environment: [String: String]

    package init(program: String = "strip", environment: [String: String] = Program.cleanEnvironment()) {
        self.program = program
        self.environment = environment
    }

    /// Strips `file` in place, or into `output`, leaving `file` alone.
    ///
    /// - Throws: `missing-program`, `strip-failed` with what the program said.
    package func strip(_ file: FilePath, into output: FilePath? = nil) async throws(Diagnostic) {
        var arguments = ["-g"]
        if let output { arguments += ["-o", output.string] }
        // A relative name that begins with a dash would be an option.
        arguments += ["--", file.string]
        let outcome = try await Program(program, arguments, environment: environment).capture()
        guard outcome.status == 0 else {
            let said = String(decoding: outcome.errorOutput, as: UTF8.self)
            let reason = said.split(separator: "\n").first.map(String.init) ?? "status \(outcome.status)"
            throw .error(
                "strip-failed", "\(program) can't strip \(file): \(reason)",
                hint: "give the strip of the toolchain that built the module, or --no-strip")
        }
    }
}

package import Diagnostics

/// The proof after every build that a module belongs to the kernel it was built for.
package enum ModuleProof {
    /// What is known of the kernel.
    package struct Kernel: Sendable {
        /// UTS_RELEASE.
        package let release: String
        /// The size of its `struct module`, where a module of its own or a probe has told it.
        package let structModuleSize: Int?

        package init(release: String, structModuleSize: Int? = nil) {
            self.release = release
            self.structModuleSize = structModuleSize
        }
    }

    /// Nil when the module may be packaged for the kernel, else `built-for-other-kernel`.
    ///
    /// A Makefile that reads another variable than dkms.conf passes builds for the running kernel without a word; the
    /// kernel then refuses the module with "Exec format error".
    /// - Parameter entered: the headers folders that make went into, for the message.
    package static func check(
        _ module: ModuleFile, of kernel: Kernel, entered: [String] = []
    ) -> Diagnostic? {
        guard let release = module.vermagicRelease else {
            return fault("\(module.name) carries no vermagic, so no kernel loads it", entered)
        }
        guard release == kernel.release else {
            return fault("\(module.name) was built for \(release) instead of \(kernel.release)", entered)
        }
        guard let expected = kernel.structModuleSize else { return nil }
        guard module.structModuleSize == expected else {
            let size = module.structModuleSize.map { "\($0) bytes" } ?? "missing"
            return fault(
                "\(module.name) says it is for \(kernel.release), but its struct module is \(size) instead of "
                    + "\(expected) bytes: another build of that kernel", entered)
        }
        return nil
    }

    private static func fault(_ message: String, _ entered: [String]) -> Diagnostic {
        let folders = entered.isEmpty ? "" : "; make entered \(entered.joined(separator: ", "))"
        return .error(
            "built-for-other-kernel", message + folders,
            hint: "pass the kernel in dkms.conf's MAKE[0] under the name that the Makefile reads, such as "
                + "KVERSION=$kernelver, and let the Makefile use it in place of `uname -r`")
    }
}

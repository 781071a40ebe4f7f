/// Conditions on the kernel that a module is built for: `BUILD_EXCLUSIVE_*`.
package struct BuildExclusive: Hashable, Sendable {
    /// An extended regular expression that the release has to match somewhere.
    package var kernel: String?
    /// The lowest and the highest release, in the order of ``KernelRelease``.
    package var kernelMin: String?
    package var kernelMax: String?
    /// An extended regular expression that the kernel's architecture has to match somewhere.
    package var arch: String?
    /// `CONFIG_A` for an option that has to be y or m, `!CONFIG_B` for one that must be neither.
    package var config: [String]

    package init(
        kernel: String? = nil, kernelMin: String? = nil, kernelMax: String? = nil, arch: String? = nil,
        config: [String] = []
    ) {
        self.kernel = kernel
        self.kernelMin = kernelMin
        self.kernelMax = kernelMax
        self.arch = arch
        self.config = config
    }

    /// Why the conditions don't hold, as a clause without a full stop; nil where they hold.
    ///
    /// `config` gives the value of an option of the kernel; without one, conditions on options count as met,
    /// as they do for dkms where the kernel's configuration is missing.
    package func obstacle(kernelRelease: String, arch: String, config: ((String) -> String?)?) -> String? {
        if let kernel, !ExtendedRegex.matches(kernel, kernelRelease) {
            return "kernel \(kernelRelease) does not match BUILD_EXCLUSIVE_KERNEL \"\(kernel)\""
        }
        if let kernelMin, KernelRelease(kernelRelease) < KernelRelease(kernelMin) {
            return "kernel \(kernelRelease) is older than BUILD_EXCLUSIVE_KERNEL_MIN \(kernelMin)"
        }
        if let kernelMax, KernelRelease(kernelMax) < KernelRelease(kernelRelease) {
            return "kernel \(kernelRelease) is newer than BUILD_EXCLUSIVE_KERNEL_MAX \(kernelMax)"
        }
        if let pattern = self.arch, !ExtendedRegex.matches(pattern, arch) {
            return "architecture \(arch) does not match BUILD_EXCLUSIVE_ARCH \"\(pattern)\""
        }
        guard let config else { return nil }
        for condition in self.config {
            let isNegated = condition.hasPrefix("!")
            let option = isNegated ? String(condition.dropFirst()) : condition
            let value = config(option)
            let isOn = value == "y" || value == "m"
            if isOn == isNegated {
                return
                    "\(option) is \(isOn ? "set" : "not set") in the kernel's configuration (BUILD_EXCLUSIVE_CONFIG)"
            }
        }
        return nil
    }
}

extension DkmsConf {
    /// Why no module of the package is built for a kernel; nil where at least one is.
    ///
    /// As in dkms 3.4.3 a package is excluded only if every record of it is.
    package func exclusion(kernelRelease: String, arch: String, config: ((String) -> String?)? = nil)
        -> String?
    {
        var reasons: [String] = []
        for module in modules {
            guard let reason = obstacle(of: module, kernelRelease, arch, config) else { return nil }
            if !reasons.contains(reason) { reasons.append(reason) }
        }
        return reasons.isEmpty ? nil : reasons.joined(separator: "; ")
    }

    /// The records that a kernel doesn't exclude.
    package func modules(
        buildableOn kernelRelease: String, arch: String, config: ((String) -> String?)? = nil
    ) -> [Module] {
        modules.filter { obstacle(of: $0, kernelRelease, arch, config) == nil }
    }

    private func obstacle(
        of module: Module, _ kernelRelease: String, _ arch: String, _ config: ((String) -> String?)?
    ) -> String? {
        buildExclusive.obstacle(kernelRelease: kernelRelease, arch: arch, config: config)
            ?? module.buildExclusive.obstacle(kernelRelease: kernelRelease, arch: arch, config: config)
    }
}

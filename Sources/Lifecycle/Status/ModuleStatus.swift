/// One line of `status`: a package, or a package on a kernel, and the state that it is in.
package struct ModuleStatus: Hashable, Sendable {
    package enum State: String, Sendable {
        case added, built, installed, broken
        case installedWeak = "installed-weak"
    }

    package enum Note: String, Sendable {
        case originals = "Original modules exist"
        case missing = "Built modules are missing in the kernel modules folder"
        case differences = "Differences between built and installed modules"
    }

    package var module: String
    package var version: String
    /// Nil where it is only added or broken.
    package var kernel: String?
    package var architecture: String?
    package var state: State
    package var notes: [Note] = []
    /// For a weak installation the kernel that the module was built for.
    package var builtFor: String?

    /// dkms's line for it (dkms 3.4.3, `do_status`).
    package var text: String {
        guard let kernel, let architecture else { return "\(module)/\(version): \(state.rawValue)" }
        if let builtFor {
            return "\(module), \(version), \(kernel), \(architecture): installed-weak from \(builtFor)"
        }
        let notes = notes.map { " (\($0.rawValue))" }.joined()
        return "\(module)/\(version), \(kernel), \(architecture): \(state.rawValue)\(notes)"
    }
}

import Diagnostics
import Kernels

/// The newest kernel of one line, which a package follows.
struct FollowedKernel<Kernel> {
    /// What the line is called.
    let line: String
    let architecture: Architecture
    let kernel: Kernel
    /// Its modules.
    let unit: PreparedUnit
    /// A newer one of the line that the build failed for.
    fileprivate(set) var failed: String?

    /// Why there is no such package; nil where there is.
    func warning(_ package: String) -> Diagnostic? {
        failed.map {
            .warning(
                "not-followed",
                "\(package) is not written: it follows the newest kernel, and the build for \($0) failed",
                hint: "mend what failed, or run again without that kernel")
        }
    }
}

extension DriverRelease {
    /// The newest kernel of each line and architecture that there are modules for, sorted by their names.
    ///
    /// - Parameters:
    ///   - place: the name of a kernel's line, and the kernel as `isOlder` compares it.
    ///   - isOlder: whether the first is the older one of two kernels of a line.
    /// - Throws: `unknown-architecture`.
    func newestKernels<Kernel>(
        _ place: (KernelFacts, Architecture) -> (line: String, kernel: Kernel),
        isOlder: (Kernel, Kernel) -> Bool
    ) throws(Diagnostic) -> [FollowedKernel<Kernel>] {
        var newest: [String: FollowedKernel<Kernel>] = [:]
        for unit in units {
            let architecture = try unit.knownArchitecture()
            let (line, kernel) = place(unit.kernel, architecture)
            let key = "\(line) \(architecture)"
            if let known = newest[key], isOlder(kernel, known.kernel) { continue }
            newest[key] = FollowedKernel(line: line, architecture: architecture, kernel: kernel, unit: unit)
        }
        for facts in failedKernels {
            guard let architecture = facts.architecture else { continue }
            let (line, kernel) = place(facts, architecture)
            let key = "\(line) \(architecture)"
            guard let known = newest[key], isOlder(known.kernel, kernel) else { continue }
            newest[key]?.failed = facts.release
        }
        return newest.sorted { $0.key < $1.key }.map(\.value)
    }
}

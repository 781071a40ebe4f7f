import Kernels
import RPMFormat

/// The parts of a kernel's release that distributions with rpm give a meaning to.
struct RPMKernelName: Hashable {
    let release: String
    /// `rt`, `64k`, `debug` of Red Hat's `5.14.0-427.el9.x86_64+rt`; empty for the kernel that most machines have.
    let variant: String
    /// SUSE's `default` of `6.4.0-150600.21-default`; nil for what is not called so.
    let flavour: String?
    /// What kernels of one kind have in common: the variant, else all words behind the version.
    let line: String
    /// The release as a part of a package's one, which sorts as the kernels do: `5.14.0_503.el9`, `6.12~rc3_default`.
    let version: String

    init(_ kernel: KernelFacts) {
        let release = kernel.release
        self.release = release
        let architectures = [kernel.arch, kernel.architecture?.rpmName].compactMap(\.self)
        let parts = release.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
        let isRedHat = architectures.contains { parts[0].hasSuffix(".\($0)") }
        variant = isRedHat && parts.count == 2 ? String(parts[1]) : ""
        let words = release.split(separator: "-")
        let last = words.count > 1 ? words.last : nil
        flavour = last.flatMap { word in
            word.wholeMatch(of: /[a-z0-9]*[a-z][a-z0-9]*/) == nil ? nil : String(word)
        }
        line =
            isRedHat
            ? variant
            : words.dropFirst().drop { $0.first?.isLetter != true }.joined(separator: "-")
        let bare = kernel.architecture.map { release.replacing(".\($0.rpmName)", with: "") } ?? release
        version = Self.versionPart(bare).replacing(/_(?=rc[0-9])/, with: "~")
    }

    /// The release without the flavour, which SUSE's tools are told apart.
    var withoutFlavour: String { flavour.map { String(release.dropLast($0.count + 1)) } ?? release }

    /// As part of a version or release, which have no hyphen.
    static func versionPart(_ text: String) -> String {
        PackageNaming.rpmKernel(text).replacing("-", with: "_")
    }

    /// Whether it is an older kernel than the other.
    func precedes(_ other: RPMKernelName) -> Bool { RPMVersion(version) < RPMVersion(other.version) }
}

extension DriverRelease {
    /// The target of the release where it has such packages; one of the environment or the settings may be meant for the
    /// others.
    func target(sharing shared: Distribution.SharedModules) -> Distribution? {
        settings.target.flatMap { $0.sharedModules == shared ? $0 : nil }
    }
}

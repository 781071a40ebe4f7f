import Archive
import Compression
import DebFormat
import Diagnostics
import Kernels
import SourceTree
import TarballFormat
import Templates

/// The modules that an `N-dkms` package carries for some kernels: a dkms tarball for each, without the source.
struct PrebuiltModules {
    /// Their places in the package.
    let tarballs: [(path: String, tarball: DkmsTarball)]
    let architecture: Architecture

    /// The newest kernel's tarball has the one name that dkms's own common.postinst looks for; the hooks of the package
    /// look for all.
    ///
    /// - Throws: `kernel-needed` without modules; `mixed-architectures`, as a package has one.
    init(_ release: DriverRelease) throws(Diagnostic) {
        guard
            let newest = release.units.max(by: {
                DebianKernel($0.kernel.release) < DebianKernel($1.kernel.release)
            })
        else {
            throw .error(
                "kernel-needed", "there are no modules to carry", hint: "give -k or --from", status: .usage)
        }
        architecture = try newest.knownArchitecture()
        var tarballs: [(String, DkmsTarball)] = []
        for unit in release.units {
            guard try unit.knownArchitecture() == architecture else {
                throw .error(
                    "mixed-architectures",
                    "the modules are for \(architecture) and \(unit.kernel.arch), and a package is for one",
                    hint: "choose the kernels of one architecture with -k")
            }
            let tarball = try TarballConverter.tarball(release, [unit], isBinariesOnly: true)
            let identity = release.identity
            let name =
                unit.kernel.release == newest.kernel.release
                ? "\(identity.name)-\(identity.version).dkms.tar.gz" : tarball.fileName(.gz)
            tarballs.append(("usr/share/\(release.naming.name)-dkms/\(name)", tarball))
        }
        self.tarballs = tarballs
    }
}

extension DebPlan {
    /// Has the package carry `modules`, and its hooks install them.
    ///
    /// - Throws: `bad-template` where the hook has no place for them.
    mutating func embed(_ modules: PrebuiltModules, in release: DriverRelease) throws(Diagnostic) {
        let start = #"case "$1" in"#
        let text = try release.settings.templates.render(
            "shared/prebuilt.sh", ["PACKAGE": .shell(package.control["Package"] ?? "")])
        var lines = (package.scripts[.postinst] ?? "").split(
            separator: "\n", omittingEmptySubsequences: false)
        guard let place = lines.firstIndex(where: { $0 == start }) else {
            throw .error(
                "bad-template", "deb-dkms/postinst has no line \(start)",
                hint: "put it back: the modules that the package carries are taken up before it",
                at: (try? release.settings.templates.source("deb-dkms/postinst")).map {
                    .init(file: $0.origin)
                })
        }
        lines.insert(Substring(text), at: place)
        package.scripts[.postinst] = lines.joined(separator: "\n")
        package.control["Architecture"] = modules.architecture.debianName
        kernels = modules.tarballs.flatMap { $0.tarball.kernels.map(\.release) }
        tarballs = modules.tarballs
    }
}

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
    /// What the postinst of the package has to know of them, set off by an empty line.
    let hook: String

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
        let package = release.naming.dkmsPackage
        var tarballs: [(String, DkmsTarball)] = []
        for unit in release.units {
            guard try unit.knownArchitecture() == architecture else {
                throw .error(
                    "mixed-architectures",
                    "the modules are for \(architecture) and \(unit.kernel.arch), and a package is for one",
                    hint: "choose the kernels of one architecture with -k")
            }
            let tarball = try release.dkmsTarball([unit], isBinariesOnly: true)
            let identity = release.identity
            let name =
                unit.kernel.release == newest.kernel.release
                ? "\(identity.name)-\(identity.version).dkms.tar.gz" : tarball.fileName(.gz)
            tarballs.append(("usr/share/\(package)/\(name)", tarball))
        }
        self.tarballs = tarballs
        hook =
            try "\n"
            + release.settings.templates.render("shared/prebuilt.sh", ["PACKAGE": .shell(package)])
    }

    var kernels: [String] { tarballs.flatMap { $0.tarball.kernels.map(\.release) } }
}

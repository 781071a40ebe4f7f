import ArgumentParser
import Diagnostics
import DkmsConf
import Kernels

/// Which tree, and as which distribution and version it is read.
struct TreeOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "A folder, a dkms.conf, NAME/VERSION, or a .tar.*, .dkms.tar.*, -dkms .deb, -dkms .rpm, .dsc or .src.rpm file.",
            valueName: "tree"))
    var tree: String

    @Option(
        help: ArgumentHelp(
            "The distribution whose rules apply, such as debian:13 or el:9; by default that of the kernel's headers.",
            valueName: "distro:version"))
    var target: String?

    @Option(
        help: ArgumentHelp(
            "The version, where PACKAGE_VERSION of dkms.conf and the folder's name disagree.",
            valueName: "version"))
    var packageVersion: String?

    func distribution() throws(Diagnostic) -> Distribution? {
        guard let text = target ?? EnvironmentOption.value("TARGET") else { return nil }
        return try Distribution(parsing: text)
    }

    /// Where the settings file names the target; nil where it doesn't.
    var targetPlace: Diagnostic.Location? { EnvironmentOption.place("TARGET", unless: target != nil) }

    /// Refuses a `--target` of the command line that takes packages of none of these formats.
    ///
    /// One of the environment or the settings file may be meant for the other verbs.
    func demandTarget(of formats: Distribution.PackageFormat...) throws(Diagnostic) {
        if let target { try Distribution(parsing: target).demand(formats) }
    }

    /// The same, where it has another way to have one package of modules serve several kernels.
    func demandTarget(sharing shared: Distribution.SharedModules, by kind: String) throws(Diagnostic) {
        if let target { try Distribution(parsing: target).demand(shared, for: kind) }
    }

    /// - Throws: `bad-package-version` for what no dkms.conf can have: it would be blamed for it.
    func settledVersion() throws(Diagnostic) -> String? {
        guard let version = packageVersion ?? EnvironmentOption.value("PACKAGE_VERSION") else { return nil }
        guard DkmsConf.isName(version) else {
            throw .error(
                "bad-package-version", "\"\(version)\" cannot be the version of a module",
                hint: "use letters, digits and . _ + ~ - only",
                at: EnvironmentOption.place("PACKAGE_VERSION", unless: packageVersion != nil), status: .usage)
        }
        return version
    }
}

package import Diagnostics
package import DkmsConf

extension SourceTree {
    /// Says that ``packageVersion`` settles nothing, being neither the version of dkms.conf nor that of the folder: whoever
    /// reads the source, and the modules themselves, know another one than the packages have.
    ///
    /// - Parameter name: PACKAGE_NAME.
    /// - Returns: `other-version`; nil where one of the two is meant, or dkms.conf has no version of its own.
    package func warningOfSettledVersion(_ name: String, in context: ConfContext) async -> Diagnostic? {
        let claimed = folderName.flatMap { PackageIdentity.version(in: $0, of: name) }
        guard let packageVersion, packageVersion != claimed,
            let own = try? await ConfEvaluator.evaluate(conf: conf, in: context, shell: .whereNeeded)
                .packageVersion,
            // One that begins otherwise is a mark that somebody is to fill in, as in #MODULE_VERSION#.
            own != packageVersion, own.first(where: { $0 != "v" })?.isNumber == true
        else { return nil }
        let folder = claimed.flatMap { $0 == own ? nil : ", nor \($0), that of its folder" } ?? ""
        return .warning(
            "other-version",
            "package-version is \(packageVersion), which is not \(own), the version of \(origin.path("dkms.conf"))\(folder)",
            hint:
                "raise PACKAGE_VERSION and MODULE_VERSION in the tree instead; what is made now says \(packageVersion), but for the modules themselves"
        )
    }
}

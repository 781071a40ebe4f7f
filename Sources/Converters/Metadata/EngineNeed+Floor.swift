import DkmsConf
import Kernels

extension EngineNeed {
    /// The oldest dkms that does what a dkms.conf says, by the versions of a format's packages; nil where any does.
    ///
    /// A dkms that does not know a condition builds for kernels that it excludes. BUILD_DEPENDS_REBUILD (3.2.0) is
    /// not counted: without it modules are built as ever.
    static func floor(of conf: DkmsConf, in format: Distribution.PackageFormat) -> String? {
        // Conditions of single records; before, those of the first held for all.
        if conf.modules.contains(where: { $0.index > 0 && $0.buildExclusive != BuildExclusive() }) {
            return "3.3.0"
        }
        let conditions = [conf.buildExclusive] + conf.modules.map(\.buildExclusive)
        let hasLimit = conditions.contains {
            // OBSOLETE_BY is a limit too, and older than all of these.
            $0.kernelMin != nil || $0.kernelMax != nil && $0.kernelMax != conf.obsoleteBy
        }
        if hasLimit { return "3.0.11" }
        // Excluded kernels have had the status 77 since this version, which Debian had earlier; hooks took them for failures before.
        if conditions.contains(where: { !$0.config.isEmpty }) {
            return format == .deb ? "3.0.3-4~" : "3.0.11"
        }
        return nil
    }
}

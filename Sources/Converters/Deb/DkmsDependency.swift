import DebFormat
import DkmsConf

/// What the hooks of an `N-dkms` package need: dkms of a version that knows the directives used, or mkdkms, and the
/// modules that this one is built against.
struct DkmsDependency {
    private let conf: DkmsConf
    private let carried: [RelationTerm]

    /// - Parameter carried: the versions of dkms that the package asked for that the tree came in.
    init(_ conf: DkmsConf, carried: [RelationTerm] = []) {
        self.conf = conf
        self.carried = carried
    }

    /// For a Depends field; the packages of BUILD_DEPENDS are named like ours.
    var debian: String {
        let modules = conf.buildDepends.map(PackageNaming.dkmsPackage)
        return DebianRelation.field(EngineNeed(floor: oldestVersion, carried: carried).debian + modules)
    }

    /// The oldest dkms, as Debian counts, that does what the dkms.conf says.
    ///
    /// A dkms that does not know a condition builds for kernels that it excludes. BUILD_DEPENDS_REBUILD (3.2.0) is
    /// not counted: without it modules are built as ever.
    private var oldestVersion: String {
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
        // Excluded kernels have had the status 77 since this version; hooks took them for failures before.
        if conditions.contains(where: { !$0.config.isEmpty }) { return "3.0.3-4~" }
        return EngineNeed.oldest
    }
}

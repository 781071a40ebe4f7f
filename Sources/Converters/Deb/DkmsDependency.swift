import DebFormat
import DkmsConf
import Kernels

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
        return DebianRelation.field(
            EngineNeed(floor: EngineNeed.floor(of: conf, in: .deb) ?? EngineNeed.oldest, carried: carried)
                .debian
                + modules)
    }
}

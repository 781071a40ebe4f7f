import DkmsConf
import Kernels

/// A dkms.conf with its overrides as the engine uses it: what dkms 3.4.3's `read_conf` leaves in its variables.
///
/// Unlike ``DkmsConf/DkmsConf``, which is for packaging and refuses whatever cannot be packaged, this takes every file
/// that dkms takes: a machine's tree has to go on working when the tools are swapped.
struct EngineConf: Sendable {
    /// A module that the build makes and where it goes.
    struct Record: Hashable, Sendable {
        let index: Int
        /// Without `.ko`.
        let builtName: String
        /// The folder beneath the tree, ending in a slash unless it is empty.
        let builtLocation: String
        let destName: String
        /// Where it goes here: the distribution's folder, or what dkms.conf says.
        let destLocation: String
        /// DEST_MODULE_LOCATION as it stands.
        let givenLocation: String
        let strips: Bool
        /// What the record itself asks of the kernel, and what the package asks, which is what record 0 asks.
        let conditions: [BuildExclusive]

        /// Where make leaves it, relative to the build folder.
        var builtPath: String { "\(builtLocation)\(builtName).ko" }

        /// Where it may be found once installed.
        var possibleLocations: [String] {
            givenLocation == destLocation ? [destLocation] : [destLocation, givenLocation]
        }
    }

    let name: String
    let version: String
    let records: [Record]
    /// `MAKE[#]` for this kernel; nil for the default rule.
    let makeCommand: String?
    let patches: [String]
    let buildDepends: [String]
    let hooks: DkmsConf.Hooks
    let obsoleteBy: String?
    let autoinstalls: Bool
    let rebuildsOnDepends: Bool
    let hasNoWeakModules: Bool
    /// Whether any BUILD_EXCLUSIVE directive stands in the file.
    let hasConditions: Bool
    /// The records that this kernel takes.
    let buildable: [Record]

    /// Whether the whole package is left alone on this kernel.
    var isExcluded: Bool { buildable.isEmpty && !records.isEmpty && hasConditions }
}

extension EngineConf.Record {
    func isBuildable(on place: KernelPlace, options: () -> KernelConfig?) -> Bool {
        conditions.allSatisfy { condition in
            let config = condition.config.isEmpty ? nil : options()
            return condition.obstacle(
                kernelRelease: place.release, arch: place.architecture,
                config: config.map { config in { config[$0] } }) == nil
        }
    }
}

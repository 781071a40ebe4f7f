import DkmsConf
import Streams
import SystemPackage

/// Whether a module may take the place of what the kernel has under its name (dkms 3.4.3, `check_version_sanity`).
struct VersionSanity {
    let console: EngineConsole
    let modules: InstalledModules
    let isForced: Bool
    let overridesVersion: Bool

    /// Says why not on stderr, and answers false.
    func allows(_ record: EngineConf.Record, obsoleteBy: String?) -> Bool {
        let kernel = modules.build.kernel
        if let obsoleteBy, !isForced, Self.isObsolete(kernel: kernel, by: obsoleteBy) {
            for line in [
                "", "Module has been obsoleted due to being included in kernel \(obsoleteBy).",
                "We will avoid installing for future kernels above \(obsoleteBy).",
                "You may override by specifying --force.",
            ] {
                console.complain(line)
            }
            return false
        }
        guard !overridesVersion, !isForced, let first = modules.files(record).first else { return true }
        return allows(record, over: first)
    }

    private func allows(_ record: EngineConf.Record, over present: FilePath) -> Bool {
        let built = modules.built(record)
        let (old, new) = (ModuleVersion(present), ModuleVersion(built))
        if old.version == new.version {
            guard old.source == new.source else { return true }
            if old.isUnversioned, !(built.map { InstalledModules.isSameFile($0, present) } ?? false) {
                return true
            }
            let what = new.version.isEmpty ? "(unversioned module)" : "at version \(new.version)"
            console.complain(
                "Module \(present) already installed \(what), override by specifying --force")
            return false
        }
        guard KernelRelease(new.version) < KernelRelease(old.version) else { return true }
        console.error([
            "Module version \(new.version) for \(record.destName).ko\(modules.suffix)",
            "is not newer than what is already found in kernel \(modules.build.kernel) (\(old.version)).",
            "You may override by specifying --force.",
        ])
        return false
    }

    /// OBSOLETE_BY names a kernel, with or without the number of its ABI behind a dash.
    static func isObsolete(kernel: String, by limit: String) -> Bool {
        func parts(_ text: String) -> (KernelRelease, KernelRelease?) {
            let pieces = text.split(separator: "-").map(String.init)
            return (KernelRelease(pieces.first ?? ""), pieces.dropFirst().first.map { KernelRelease($0) })
        }
        let (mine, bound) = (parts(kernel), parts(limit))
        if mine.0 == bound.0 {
            guard let boundABI = bound.1 else { return true }
            return mine.1.map { !($0 < boundABI) } ?? false
        }
        return bound.0 < mine.0
    }
}

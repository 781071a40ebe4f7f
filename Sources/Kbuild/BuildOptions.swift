package import Diagnostics
package import Kernels
package import SystemPackage

/// How modules are built, apart from what and for which kernel.
package struct BuildOptions: Sendable {
    /// Running compilers at most, over all kernels; at least 1.
    package var jobs: Int
    /// Whose rules a dkms.conf sees that asks for the distribution; nil for this machine's.
    package var target: Distribution?
    /// Seconds since 1970 that stand for every clock; a production sets what ``ArtifactTime`` finds.
    package var epoch: Int64
    /// Seconds for one kernel; nil for no limit.
    package var timeLimit: Int?
    /// Where logs are kept, one per kernel.
    package var logFolder: FilePath
    package var events: WorkSink

    package init(
        jobs: Int, target: Distribution? = nil, epoch: Int64 = 0,
        timeLimit: Int? = nil,
        logFolder: FilePath, events: @escaping WorkSink = { _ in }
    ) {
        self.jobs = max(1, jobs)
        self.target = target
        self.epoch = epoch
        self.timeLimit = timeLimit
        self.logFolder = logFolder
        self.events = events
    }
}

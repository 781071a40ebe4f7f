import Diagnostics
import Streams
import SystemPackage

extension Engine {
    /// `kernel_preinst` and `kernel_prerm`: takes modules off a kernel that is about to change or to go; before an
    /// upgrade only those that autoinstall brings back (dkms 3.4.3, functions of these names).
    ///
    /// - Returns: whether anything was removed.
    /// - Throws: code 14 where a module could not be removed; the others are, all the same.
    mutating func removeForKernel(_ action: EngineRequest.Action) async throws(EngineStop) -> Bool {
        try await mendAllThatIsLeft()
        let build = builds[0]
        let kernel = "\(build.kernel) (\(build.architecture))"
        delaysDepmod = true
        var failures: [String] = []
        var count = 0
        for package in tree.packages() where tree.isBuilt(package, build) {
            var copy = about(package)
            do throws(EngineStop) {
                if action == .kernelPreinst {
                    let conf = try await copy.readConf(build, file: tree.conf(package))
                    guard conf.autoinstalls else { continue }
                }
                count += 1
                console.complain("dkms: removing module \(package) for kernel \(kernel)")
                try await copy.unbuild()
            } catch {
                console.report(error)
                failures.append("\(package)(\(error.status))")
            }
            if action == .kernelPrerm { console.say("") }
        }
        delaysDepmod = false
        let mark = pendingMark(build)
        if Files.exists(mark) {
            if try await announceDepmod(build.kernel) == 0 { try? Files.remove(mark) }
        }
        removeEmptyFolders(beneath: tree.installTree.appending(build.kernel))
        guard failures.isEmpty else {
            throw EngineStop(
                14,
                "dkms \(action.rawValue) for kernel \(kernel) failed for module(s) \(failures.joined(separator: " "))."
            )
        }
        return count > 0
    }

    /// Leaves word that depmod is still to be run.
    func markDepmodPending(_ build: DkmsTree.Build) throws(EngineStop) {
        try stopping { () throws(Diagnostic) in try Files.write([], to: pendingMark(build)) }
    }

    private func pendingMark(_ build: DkmsTree.Build) -> FilePath {
        tree.root.appending("depmod-pending-\(build.kernel)-\(build.architecture)")
    }

    /// Removes every empty folder, the topmost too.
    private func removeEmptyFolders(beneath folder: FilePath) {
        for entry in (try? Files.entries(in: folder)) ?? [] where entry.kind == .directory {
            removeEmptyFolders(beneath: folder.appending(entry.name))
        }
        try? Files.removeFolder(folder)
    }
}

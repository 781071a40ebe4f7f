import Diagnostics
import Streams
import SystemPackage

/// A build on its way into the dkms tree: complete beside its place, then there in one step, the older build of the same
/// kernel set aside until everything is well.
struct BuildStaging: Sendable {
    let folder: FilePath
    private let base: FilePath
    private let trash: FilePath

    var modules: FilePath { folder.appending("module") }

    init(tree: DkmsTree, package: DkmsTree.Package, build: DkmsTree.Build) throws(EngineStop) {
        base = tree.base(package, build)
        let kernel = base.removingLastComponent()
        // dkms's own `remove` sweeps folders of this name.
        folder = kernel.appending(".tmp_\(build.architecture)_\(Files.uniqueName())")
        trash = tree.trash(package.module)
        do throws(Errno) {
            for name in (try? Files.names(in: kernel)) ?? []
            where name.hasPrefix(".tmp_\(build.architecture)_") {
                try Files.removeTree(kernel.appending(name))
            }
            try Files.makeDirectories(trash.removingLastComponent())
            try Files.makeDirectories(folder.appending("log"))
            try Files.makeDirectories(folder.appending("module"))
        } catch {
            throw EngineStop(.file("create", folder, error))
        }
    }

    /// Puts the build in its place; afterwards ``folder`` holds the older one, if there was one.
    func put() throws(EngineStop) {
        do throws(Errno) {
            if Files.exists(base) {
                try Files.swap(folder, base, aside: trash)
            } else {
                try Files.rename(folder, to: base)
            }
        } catch {
            throw EngineStop(.file("rename", folder, error), status: 7)
        }
    }

    /// Restores what was there before ``put()``.
    func takeBack() throws(EngineStop) {
        do throws(Errno) {
            if Files.exists(folder) {
                try Files.swap(folder, base, aside: trash)
                try Files.removeTree(folder)
            } else {
                try Files.moveTree(base, to: trash)
                try? Files.removeTree(trash)
                // With no other build the kernel's folder goes too.
                try? Files.removeFolder(base.removingLastComponent())
            }
        } catch {
            throw EngineStop(.file("rename", base, error), status: 7)
        }
    }

    /// Ends it: the log goes beside the modules, the older build away.
    func keep(_ log: FilePath) throws(EngineStop) {
        try stopping { () throws(Diagnostic) in
            try Files.moveWhole(log, to: base.appending("log").appending("make.log"))
        }
        try? Files.removeTree(folder)
    }
}

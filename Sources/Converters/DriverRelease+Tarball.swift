import Archive
import Diagnostics
import Kernels
import SourceTree
import TarballFormat

extension DriverRelease {
    /// The dkms tarball of some kernels, an artifact of its own or a part of another.
    func dkmsTarball(_ units: [PreparedUnit], isBinariesOnly: Bool) throws(Diagnostic) -> DkmsTarball {
        var kernels: [DkmsTarball.Kernel] = []
        for unit in units { kernels.append(try tarballKernel(unit)) }
        let source: DkmsTarball.Source =
            isBinariesOnly ? .binariesOnly(conf: try confContent()) : .tree(tree.files)
        return DkmsTarball(name: identity.name, version: identity.version, source: source, kernels: kernels)
    }

    private func tarballKernel(_ unit: PreparedUnit) throws(Diagnostic) -> DkmsTarball.Kernel {
        let modules = unit.entries(in: ".", epoch: settings.epoch).map { entry in
            var entry = entry
            entry.path = String(entry.path.dropFirst(2))
            return entry
        }
        // The log of the build names its folder and the order of its jobs: it would differ at every run.
        let log =
            "\(identity) was built for kernel \(unit.kernel.release) (\(unit.kernel.arch)) by mkdkms\n"
        return DkmsTarball.Kernel(
            release: unit.kernel.release, architecture: unit.kernel.arch, modules: try FileList(modules),
            log: .text(log))
    }

    private func confContent() throws(Diagnostic) -> FileContent {
        guard case .file(let content) = tree.files[path: "dkms.conf"]?.kind else {
            throw .error("no-dkms-conf", "the tree has no dkms.conf", hint: "give the folder that has it")
        }
        return content
    }
}

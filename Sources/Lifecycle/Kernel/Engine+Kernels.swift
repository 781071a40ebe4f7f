import DkmsConf
import Diagnostics
import Streams
import SystemPackage
import Tools

extension Engine {
    /// Completes the kernels and architectures of the command line (dkms 3.4.3, `setup_kernels_arches`).
    ///
    /// `--all` means every kernel that the module is built for; no `-k` the running one; one architecture stands for
    /// all kernels. `status` only reports, and takes them as they are.
    mutating func fillInKernels(_ action: EngineRequest.Action) async throws(EngineStop) {
        if action == .status {
            spreadArchitecture()
            return
        }
        if request.all {
            let builds = tree.builds(package).sorted {
                // dkms sorts the lines of its own report, which begin with the state.
                let (first, second) = (tree.isActive(package, $0), tree.isActive(package, $1))
                guard first == second else { return second }
                return KernelRelease("\($0.kernel)/\($0.architecture)")
                    < KernelRelease("\($1.kernel)/\($1.architecture)")
            }
            request.kernels = builds.map(\.kernel)
            request.architectures = builds.map(\.architecture)
            return
        }
        if request.kernels.isEmpty { request.kernels = [KernelPlace.running.release] }
        if request.architectures.isEmpty {
            request.architectures = [await defaultArchitecture(kernel: request.kernels[0])]
        }
        spreadArchitecture()
        if let index = request.kernels.firstIndex(of: "") {
            throw EngineStop(16, "Empty kernelver[\(index)]")
        }
        if let index = request.architectures.firstIndex(of: "") {
            throw EngineStop(16, "Empty arch[\(index)]")
        }
    }

    /// Does work for each kernel of the command line, with a copy of this value each; one that fails says why and doesn't keep
    /// the others from their turn.
    ///
    /// - Returns: 0, or the code of the first that failed.
    func forEachKernel(
        _ work: (inout Engine, DkmsTree.Build) async throws(EngineStop) -> Void
    ) async -> Int32 {
        var first: Int32 = 0
        for build in builds {
            var copy = self
            do throws(EngineStop) {
                try await work(&copy, build)
            } catch {
                console.report(error)
                if first == 0 { first = error.status }
                if error.status == ExitStatus.interrupted.rawValue { break }
            }
        }
        return first
    }

    mutating func spreadArchitecture() {
        guard request.architectures.count == 1, request.kernels.count > 1 else { return }
        request.architectures = Array(repeating: request.architectures[0], count: request.kernels.count)
    }

    /// That of the rpm which owns the kernel, where rpms are what kernels come in; else the machine's.
    private func defaultArchitecture(kernel: String) async -> String {
        let machine = KernelPlace.running.machine
        guard !identity.asksNoPackageOwner else { return machine }
        let query = Program(
            "rpm",
            ["-qf", "--queryformat", "%{NAME} %{ARCH}\\n", tree.installTree.appending(kernel).string])
        guard let outcome = try? await query.capture(), outcome.status == 0 else { return machine }
        let lines = String(decoding: outcome.output, as: UTF8.self).split(separator: "\n")
        let owner = lines.first { $0.contains("kernel") }
        return owner?.split(separator: " ").last.map(String.init) ?? machine
    }
}

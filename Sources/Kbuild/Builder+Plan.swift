package import Diagnostics
import DkmsConf
package import Kernels
import SourceTree

extension Builder {
    /// What each kernel would get, in their order, as far as dkms.conf tells it; nothing is built.
    ///
    /// - Throws: only an interruption; a kernel that fails is one of the results.
    package func plan(for kernels: [KernelTarget]) async throws(Diagnostic) -> [UnitResult] {
        let (tree, identity, options) = (tree, identity, options)
        let results = await concurrently(kernels, width: options.jobs) { (kernel) throws(Diagnostic) in
            do throws(Diagnostic) {
                let conf = try await tree.evaluate(in: .kernel(kernel, identity, target: options.target))
                for warning in conf.warnings { options.events(.diagnostic(warning)) }
                let state: UnitResult.State =
                    switch try conf.selection(of: identity, on: kernel) {
                    case .excluded(let reason): .excluded(reason)
                    case .modules(let modules):
                        .planned(
                            modules.map { module in
                                PlannedModule(
                                    name: module.destName, destination: module.destLocation,
                                    mayBeSigned: !module.strip || conf.hooks.postBuild != nil)
                            })
                    }
                return UnitResult(kernel: try KernelFacts(kernel), state: state, log: nil, seconds: 0)
            } catch {
                let facts = KernelFacts(release: kernel.release, arch: kernel.architecture.kernelName)
                return UnitResult(kernel: facts, state: .failed(error), log: nil, seconds: 0)
            }
        }
        if Task.isCancelled { throw .interrupted }
        var units: [UnitResult] = []
        for result in results { units.append(try result.get()) }
        return units
    }
}

extension DkmsConf {
    /// What a dkms.conf wants of one kernel.
    enum Selection {
        /// BUILD_EXCLUSIVE directives rule it out, for this reason.
        case excluded(String)
        case modules([Module])
    }

    /// - Throws: `no-modules` where it names none, and the kernel is not excluded.
    func selection(of identity: PackageIdentity, on kernel: KernelTarget) throws(Diagnostic) -> Selection {
        let config = kernel.config
        let arch = kernel.architecture.kernelName
        if let reason = exclusion(kernelRelease: kernel.release, arch: arch, config: { config[$0] }) {
            return .excluded(reason)
        }
        let modules = modules(buildableOn: kernel.release, arch: arch, config: { config[$0] })
        guard !modules.isEmpty else {
            throw .error(
                "no-modules", "\(identity) for \(kernel.release): dkms.conf names no module to build",
                hint: "add BUILT_MODULE_NAME[0] and DEST_MODULE_LOCATION[0], or make the source kinds only")
        }
        return .modules(modules)
    }
}

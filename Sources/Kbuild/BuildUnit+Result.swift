import Diagnostics
import Kernels
import SystemPackage

extension BuildUnit {
    /// Runs the unit within its time limit, keeps its log, and turns whatever happens into a result.
    func result() async -> UnitResult {
        let start = ContinuousClock.now
        options.events(.started(step: step))
        var state = await limitedRun()
        var logPath: FilePath? = options.logFolder.appending("\(name)-\(version)").appending(kernel.release)
            .appending(kernel.architecture.kernelName).appending("make.log")
        do throws(Diagnostic) {
            if let logPath { try log.write(to: logPath) }
        } catch  where error == .interrupted {
            logPath = nil
        } catch {
            options.events(.diagnostic(.warning("log-lost", "the build's log is not kept: \(error.message)")))
            logPath = nil
        }
        if case .failed(var diagnostic) = state, let logPath {
            let log = "the whole log is \(logPath)"
            diagnostic.hint = diagnostic.hint.map { "\($0); \(log)" } ?? log
            state = .failed(diagnostic)
        }
        let result = UnitResult(
            kernel: facts(&state), state: state, log: logPath,
            seconds: Int((ContinuousClock.now - start).components.seconds))
        // Whole and at the end, so that units which run side by side don't mix their lines.
        options.events(.output(step: step, bytes: Array(log.text.utf8)))
        options.events(.finished(step: step, detail: result.stateName))
        return result
    }

    private func facts(_ state: inout UnitResult.State) -> KernelFacts {
        do throws(Diagnostic) {
            return try KernelFacts(kernel)
        } catch {
            // What stopped the build is the better news.
            if case .built = state { state = .failed(error) }
            return KernelFacts(release: kernel.release, arch: kernel.architecture.kernelName)
        }
    }

    private func limitedRun() async -> UnitResult.State {
        guard let limit = options.timeLimit else { return await runToState() }
        let result = await Deadline.run(within: .seconds(limit)) { () throws(Diagnostic) in try await run() }
        switch result {
        case .success(let state): return state
        case .failure(let diagnostic): return .failed(diagnostic)
        case nil:
            return .failed(
                .error(
                    "timeout", "\(step) took longer than \(limit) s and was ended",
                    hint: "give more time with --timeout"))
        }
    }

    private func runToState() async -> UnitResult.State {
        do throws(Diagnostic) {
            return try await run()
        } catch {
            return .failed(error)
        }
    }
}

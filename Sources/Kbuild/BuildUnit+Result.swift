import Diagnostics
import Kernels
import SystemPackage

extension BuildUnit {
    /// Runs the unit within its time limit, keeps its log, and turns whatever happens into a result.
    func result() async -> UnitResult {
        let start = ContinuousClock.now
        options.events(.started(step: step))
        var state = await limitedRun()
        let (kept, carried) = keepLog()
        if case .failed(var diagnostic) = state, let kept, log.hasCommands {
            let hint = "the whole log is \(kept)"
            diagnostic.hint = diagnostic.hint.map { "\($0); \(hint)" } ?? hint
            state = .failed(diagnostic)
        }
        let result = UnitResult(
            kernel: facts(&state), state: state, log: kept, carriedLog: carried,
            seconds: Int((ContinuousClock.now - start).components.seconds))
        // Whole and at the end, so that units which run side by side don't mix their lines.
        options.events(.output(step: step, bytes: Array(log.text.utf8)))
        options.events(.finished(step: step, detail: result.stateName))
        return result
    }

    /// Writes the log for the user and for artifacts; an interrupted build keeps none.
    private func keepLog() -> (kept: FilePath?, carried: FilePath?) {
        if Task.isCancelled { return (nil, nil) }
        let own = folder.appending("make.log")
        let path = options.logFolder.appending("\(name)-\(version)").appending(kernel.release)
            .appending(kernel.architecture.kernelName).appending("make.log")
        do throws(Diagnostic) {
            try log.write(to: own)
        } catch {
            options.events(
                .diagnostic(
                    .warning("log-lost", "the build's log is lost: \(error.message)", hint: error.hint)))
            return (nil, nil)
        }
        do throws(Diagnostic) {
            try log.write(to: path)
            return (path, own)
        } catch {
            options.events(
                .diagnostic(
                    .warning(
                        "log-lost", "the build's log is not kept: \(error.message)",
                        hint: "name a folder for logs with --cache-dir")))
            return (nil, own)
        }
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

import Diagnostics
import Kernels
import SystemPackage

extension BuildUnit {
    /// Runs the unit within its time limit, keeps its log, and turns whatever happens into a result.
    func result() async -> UnitResult {
        let start = ContinuousClock.now
        options.events(.started(step: step))
        var state = await limitedRun()
        var logPath: FilePath? = options.logFolder.appending(
            "\(name)-\(version)-\(kernel.release)-\(kernel.architecture.kernelName).log")
        do throws(Diagnostic) {
            if let logPath { try log.write(to: logPath) }
        } catch {
            options.events(.diagnostic(.warning("log-lost", "the build's log is not kept: \(error.message)")))
            logPath = nil
        }
        if case .failed(var diagnostic) = state, let logPath {
            diagnostic.hint = [diagnostic.hint, "log: \(logPath)"].compactMap { $0 }.joined(separator: "; ")
            state = .failed(diagnostic)
        }
        let result = UnitResult(
            kernel: facts(&state), state: state, log: logPath,
            seconds: Int((ContinuousClock.now - start).components.seconds))
        options.events(.finished(step: step, detail: result.stateName))
        return result
    }

    private func facts(_ state: inout UnitResult.State) -> KernelFacts {
        do throws(Diagnostic) {
            return try KernelFacts(kernel)
        } catch {
            state = .failed(error)
            return KernelFacts(release: kernel.release, arch: kernel.architecture.kernelName)
        }
    }

    private func limitedRun() async -> UnitResult.State {
        guard let limit = options.timeLimit else { return await runToState() }
        let first = await withTaskGroup(of: UnitResult.State?.self) { group in
            group.addTask { await runToState() }
            group.addTask {
                try? await Task.sleep(for: .seconds(limit))
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        return first
            ?? .failed(
                .error(
                    "timeout", "\(step) took longer than \(limit) s and was ended",
                    hint: "give more time with --timeout"))
    }

    private func runToState() async -> UnitResult.State {
        do throws(Diagnostic) {
            return try await run()
        } catch {
            return .failed(error)
        }
    }
}

import Diagnostics

/// What came of a build that ran beside others.
struct Prebuilt: Sendable {
    /// What it said, to be said in its turn.
    let words: ConsoleBuffer
    let stop: EngineStop?
    let lastConf: ReadConf?
}

/// Builds modules ahead of their installation: a few at a time, in the order in which they will be asked for.
struct AheadBuilders {
    private let engine: Engine
    private let packages: [DkmsTree.Package]
    private let build: DkmsTree.Build

    init(_ engine: Engine, _ packages: [DkmsTree.Package], _ build: DkmsTree.Build) {
        self.engine = engine
        self.packages = packages
        self.build = build
    }

    /// Does `work`, which asks for the modules as it needs them; what it never asks for is cancelled in the end.
    func run(
        width: Int,
        _ work: ((DkmsTree.Package) async -> Prebuilt?) async throws(EngineStop) -> Bool
    ) async throws(EngineStop) -> Bool {
        let result = await withTaskGroup(of: (DkmsTree.Package, Prebuilt).self) { group in
            var waiting = packages[...]
            var ready: [DkmsTree.Package: Prebuilt] = [:]
            func begin() {
                guard let next = waiting.popFirst() else { return }
                group.addTask { [engine, build] in (next, await Self.make(next, build, engine)) }
            }
            // One more than there are processors: an installation waits for disks and leaves one idle.
            for _ in 0...width { begin() }
            let outcome: Result<Bool, EngineStop>
            do throws(EngineStop) {
                outcome = .success(
                    try await work { package in
                        guard packages.contains(package) else { return nil }
                        while ready[package] == nil, let (done, prebuilt) = await group.next() {
                            ready[done] = prebuilt
                            begin()
                        }
                        return ready[package]
                    })
            } catch {
                outcome = .failure(error)
            }
            group.cancelAll()
            return outcome
        }
        return try result.get()
    }

    private static func make(
        _ package: DkmsTree.Package, _ build: DkmsTree.Build, _ engine: Engine
    ) async -> Prebuilt {
        let words = ConsoleBuffer()
        var copy = engine.about(package).speaking(to: words.console)
        do throws(EngineStop) {
            try await copy.makeBuild(build)
            return Prebuilt(words: words, stop: nil, lastConf: copy.lastConf)
        } catch {
            return Prebuilt(words: words, stop: error, lastConf: copy.lastConf)
        }
    }
}

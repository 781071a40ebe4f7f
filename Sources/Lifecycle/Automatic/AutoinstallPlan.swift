import DkmsConf

/// Which modules autoinstall brings to a kernel, and in what order: the newest version of each, those first that others
/// depend on.
struct AutoinstallPlan {
    /// Modules that the engine knows in the order found, each once.
    private(set) var known: [String] = []
    /// Modules that are there: installed before, or in this run.
    var installed: [String] = []
    /// Modules that the kernel does without.
    var skipped: [String] = []
    /// Modules that failed, with their codes.
    var failed: [(module: String, status: Int32)] = []
    private(set) var waiting: [DkmsTree.Package] = []
    private var depends: [String: [String]] = [:]
    private var newest: [String: String] = [:]

    /// The newest versions of what was found, in that order.
    var candidates: [DkmsTree.Package] {
        known.compactMap { module in newest[module].map { DkmsTree.Package(module: module, version: $0) } }
    }

    mutating func find(_ package: DkmsTree.Package) {
        guard let version = newest[package.module] else {
            known.append(package.module)
            newest[package.module] = package.version
            return
        }
        if KernelRelease(version) < KernelRelease(package.version) {
            newest[package.module] = package.version
        }
    }

    mutating func want(_ package: DkmsTree.Package, depends: [String]) {
        waiting.append(package)
        self.depends[package.module] = depends.flatMap {
            $0.split(whereSeparator: \.isWhitespace).map(String.init)
        }
    }

    /// Takes those whose dependencies are there off the list.
    mutating func nextRound() -> [DkmsTree.Package] {
        let ready = waiting.filter { missing($0).isEmpty }
        waiting.removeAll(where: ready.contains)
        return ready
    }

    /// What a module still waits for.
    func missing(_ package: DkmsTree.Package) -> [String] {
        (depends[package.module] ?? []).filter { !installed.contains($0) && !skipped.contains($0) }
    }
}

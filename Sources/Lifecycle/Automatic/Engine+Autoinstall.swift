import Diagnostics
import Streams
import SystemPackage

extension Engine {
    /// `autoinstall` and `kernel_postinst`: installs for one kernel what wants to be there (dkms 3.4.3, `autoinstall`).
    ///
    /// Modules that don't depend on each other are built side by side, and what they say comes one after the other.
    /// - Returns: whether anything was installed.
    mutating func autoinstall() async throws(EngineStop) -> Bool {
        if Files.isRegularFile("/etc/dkms/no-autoinstall") {
            console.say("Automatic installation of modules has been disabled.")
            return false
        }
        try await mendAllThatIsLeft()
        let build = builds[0]
        var plan = try await autoinstallPlan(build)
        guard !plan.waiting.isEmpty || !plan.failed.isEmpty else { return false }
        let before = plan.installed.count
        var hasProgress = true
        while hasProgress {
            hasProgress = try await installRound(plan.nextRound(), build, &plan)
        }
        try report(plan, build)
        return plan.installed.count > before
    }

    private mutating func autoinstallPlan(_ build: DkmsTree.Build) async throws(EngineStop) -> AutoinstallPlan
    {
        var plan = AutoinstallPlan()
        for package in tree.packages() {
            switch tree.presence(package) {
            case .broken:
                console.error([
                    "\(package) is broken! Missing the source directory or the symbolic link pointing to it.",
                    "Manual intervention is required!",
                ])
            case .added: plan.find(package)
            case .absent: break
            }
        }
        for package in plan.candidates {
            if tree.isActive(package, build) || isWeaklyInstalled(package, build) {
                plan.installed.append(package.module)
                continue
            }
            var copy = about(package)
            do throws(EngineStop) {
                let conf = try await copy.readConf(build, file: tree.conf(package))
                if conf.autoinstalls { plan.want(package, depends: conf.buildDepends) }
            } catch {
                // One bad dkms.conf is no reason to leave the other modules out.
                console.report(error)
                plan.failed.append((package.module, error.status))
            }
        }
        return plan
    }

    private func isWeaklyInstalled(_ package: DkmsTree.Package, _ build: DkmsTree.Build) -> Bool {
        guard identity.weakModules(kernel: build.kernel) != nil else { return false }
        return about(package).weakStatuses(build).contains { $0.version == package.version }
    }

    private func weakStatuses(_ build: DkmsTree.Build) -> [ModuleStatus] {
        WeakInstallations(engine: self).statuses(
            kernel: build.kernel, architecture: build.architecture)
    }

    /// Installs the modules of one round, one after the other, while those that are still to come are being built.
    ///
    /// - Returns: whether any module is there now that wasn't before, or is known to be left out.
    private mutating func installRound(
        _ packages: [DkmsTree.Package], _ build: DkmsTree.Build, _ plan: inout AutoinstallPlan
    ) async throws(EngineStop) -> Bool {
        let unbuilt = packages.filter { !tree.isBuilt($0, build) }
        guard unbuilt.count > 1, settings.width > 1 else {
            // With a single one there is nothing to gain, and its progress is better seen live.
            return try await install(packages, build, &plan) { _ in nil }
        }
        _ = try await prepareKernel(build)
        var parent = self
        parent.settings.parallelJobs = "\(max(1, settings.width / unbuilt.count))"
        let builders = AheadBuilders(parent, unbuilt, build)
        let width = settings.width
        return try await builders.run(width: width) { (next) throws(EngineStop) in
            try await self.install(packages, build, &plan, next)
        }
    }

    /// - Parameter prebuilt: what came of a module that was built ahead; nil for the others.
    private mutating func install(
        _ packages: [DkmsTree.Package], _ build: DkmsTree.Build, _ plan: inout AutoinstallPlan,
        _ prebuilt: (DkmsTree.Package) async -> Prebuilt?
    ) async throws(EngineStop) -> Bool {
        var hasProgress = false
        for package in packages {
            let ahead = await prebuilt(package)
            if ahead == nil, !tree.isBuilt(package, build) { _ = try await prepareKernel(build) }
            console.say("Autoinstall of module \(package) for kernel \(build.kernel) (\(build.architecture))")
            let status = await installAutomatically(package, build, ahead)
            switch status {
            case 0:
                plan.installed.append(package.module)
                hasProgress = true
            case 77:
                plan.skipped.append(package.module)
                hasProgress = true
            case ExitStatus.interrupted.rawValue: throw .silent(status)
            default: plan.failed.append((package.module, status))
            }
            console.say("")
        }
        return hasProgress
    }

    private func installAutomatically(
        _ package: DkmsTree.Package, _ build: DkmsTree.Build, _ prebuilt: Prebuilt?
    ) async -> Int32 {
        var copy = about(package)
        do throws(EngineStop) {
            if let prebuilt {
                prebuilt.words.replay(to: console)
                if let stop = prebuilt.stop { throw stop }
                copy.lastConf = prebuilt.lastConf
            }
            try await copy.installUnlessInstalled(build)
            return 0
        } catch {
            console.report(error)
            return error.status
        }
    }

    /// Says what came of it.
    ///
    /// - Throws: code 11 where a module failed, or waits for one that did.
    private func report(_ plan: AutoinstallPlan, _ build: DkmsTree.Build) throws(EngineStop) {
        func list(_ names: [String]) -> String { names.joined(separator: " ") }
        let kernel = build.kernel
        if !plan.installed.isEmpty {
            console.say("Autoinstall on \(kernel) succeeded for module(s) \(list(plan.installed)).")
        }
        if !plan.skipped.isEmpty {
            console.say("Autoinstall on \(kernel) was skipped for module(s) \(list(plan.skipped)).")
        }
        if !plan.failed.isEmpty {
            let failures = plan.failed.map { "\($0.module)(\($0.status))" }
            console.say("Autoinstall on \(kernel) failed for module(s) \(list(failures)).")
        }
        var isUnresolved = false
        var deferred: [String] = []
        for package in plan.waiting {
            let missing = plan.missing(package)
            let registered = missing.filter { plan.known.contains($0) }
            if registered.isEmpty {
                console.say(
                    "\(package) autoinstall deferred: BUILD_DEPENDS not registered with DKMS: \(list(missing))."
                )
                deferred.append(package.description)
            } else {
                console.say(
                    "\(package) autoinstall failed due to missing dependencies: \(list(registered)).")
                isUnresolved = true
            }
        }
        if !deferred.isEmpty {
            console.say(
                "Autoinstall on \(kernel) deferred module(s) \(list(deferred)) due to BUILD_DEPENDS not yet registered with DKMS."
            )
            console.say(
                "These may be provided externally or by a package not yet configured; autoinstall will retry on the next trigger."
            )
        }
        if !plan.failed.isEmpty || isUnresolved {
            throw EngineStop(
                11, "One or more modules failed to install during autoinstall.",
                "Refer to previous errors for more information.")
        }
    }
}

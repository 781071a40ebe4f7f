import Diagnostics
import Glibc
import Streams
import SystemPackage

extension Engine {
    /// Does what the request asks for, and says it on the console.
    ///
    /// - Returns: the exit code, which is dkms's (dkms 3.4.3, the table at its top).
    package mutating func run() async -> Int32 {
        do throws(EngineStop) {
            return try await perform()
        } catch {
            console.report(error)
            return error.status
        }
    }

    private mutating func perform() async throws(EngineStop) -> Int32 {
        guard let action = request.action else { return 0 }
        if action.isKernelHook { try requireOneKernel(action) }
        try await fillInKernels(action)
        switch action {
        case .remove, .unbuild, .uninstall:
            try requireModule(action)
            try requireUsablePackage()
            try requireRights(root: action == .uninstall)
            switch action {
            case .remove: try await remove()
            case .unbuild: try await unbuild()
            default: try await uninstall()
            }
            try await runPostTransaction()
            return 0
        case .add, .build, .install:
            if request.all {
                throw EngineStop(5, "The action \(action.rawValue) does not support the --all parameter.")
            }
            if action != .add { try requireUnbroken() }
            try requireRights(root: action == .install)
            let status =
                switch action {
                case .add: try await add()
                case .build: try await build()
                default: try await install()
                }
            if action == .install, status == 0 { try await runPostTransaction() }
            return status
        case .autoinstall, .kernelPostinst:
            try requireOneKernel(action)
            try requireRights(root: true)
            let changed = try await autoinstall()
            if changed { try await runPostTransaction() }
            return 0
        case .kernelPreinst, .kernelPrerm:
            try requireRights(root: true)
            if try await removeForKernel(action) { try await runPostTransaction() }
            return 0
        case .match:
            try requireRights(root: true)
            try requireOneKernel(action)
            return try await match()
        case .mktarball:
            try requireModule(action)
            try requireUsablePackage()
            try await makeTarball()
            return 0
        case .ldtarball:
            if request.isForced, geteuid() != 0 {
                throw EngineStop(1, "You must be root to use this command with the --force option.")
            }
            return try await loadTarballAndAdd()
        case .status:
            try await status()
            return 0
        case .generateMok:
            var signing = SigningPreparation(engine: self, place: nil)
            return try await signing.prepareKey() ? 0 : 1
        }
    }

    func requireOneKernel(_ action: EngineRequest.Action) throws(EngineStop) {
        if request.all {
            throw EngineStop(5, "The action \(action.rawValue) does not support the --all parameter.")
        }
        guard request.kernels.count != 1 else { return }
        throw action.isKernelHook
            ? EngineStop(
                4,
                "The action \(action.rawValue) requires exactly one kernel version parameter on the command line."
            )
            : EngineStop(
                4,
                "The action \(action.rawValue) does not support multiple kernel version parameters on the command line."
            )
    }

    func requireModule(_ action: EngineRequest.Action) throws(EngineStop) {
        guard request.module.isEmpty || request.version.isEmpty else { return }
        let verb = action.rawValue
        throw EngineStop(
            1, "Arguments <module> and <module-version> are not specified.",
            "Usage: \(verb) <module>/<module-version> or", "       \(verb) -m <module>/<module-version> or",
            "       \(verb) -m <module> -v <module-version>")
    }

    private func requireUsablePackage() throws(EngineStop) {
        try requireUnbroken()
        guard tree.isAdded(package) else {
            throw EngineStop(3, "The module/version combo: \(package) is not located in the DKMS tree.")
        }
    }

    private func requireUnbroken() throws(EngineStop) {
        guard tree.isBroken(package) else { return }
        throw EngineStop(
            4, "\(package) is broken!", "Missing the source directory or the symbolic link pointing to it.",
            "Manual intervention is required!")
    }

    func requireRights(root: Bool) throws(EngineStop) {
        if root {
            guard geteuid() == 0 else { throw EngineStop(1, "You must be root to use this command.") }
            return
        }
        guard Files.isWritable(tree.root) else {
            throw EngineStop(1, "No write access to DKMS tree at \(tree.root)")
        }
    }
}

import DkmsConf
import Terminal

/// A dkms.conf as `mkdkms conf` shows it (interface.md, "JSON").
struct ConfDocument: Encodable, Sendable {
    struct Module: Encodable, Sendable {
        let index: Int
        let builtName: String
        let builtLocation: String
        let destName: String
        let destLocation: String
        let strip: Bool
        let buildExclusive: Exclusive
    }

    struct Alternative: Encodable, Sendable {
        let index: Int
        let value: String
        let match: OrNull<String>

        init(_ alternative: DkmsConf.Alternative) {
            index = alternative.index
            value = alternative.value
            match = OrNull(alternative.match)
        }
    }

    struct Hooks: Encodable, Sendable {
        let preBuild: OrNull<String>
        let postBuild: OrNull<String>
        let preInstall: OrNull<String>
        let postInstall: OrNull<String>
        let postAdd: OrNull<String>
        let postRemove: OrNull<String>
    }

    struct Exclusive: Encodable, Sendable {
        let kernel: OrNull<String>
        let kernelMin: OrNull<String>
        let kernelMax: OrNull<String>
        let arch: OrNull<String>
        let config: [String]

        init(_ exclusive: BuildExclusive) {
            kernel = OrNull(exclusive.kernel)
            kernelMin = OrNull(exclusive.kernelMin)
            kernelMax = OrNull(exclusive.kernelMax)
            arch = OrNull(exclusive.arch)
            config = exclusive.config
        }
    }

    let packageName: String
    let packageVersion: String
    let modules: [Module]
    /// The command for this kernel; null where dkms's default rule holds.
    let make: OrNull<String>
    let makeAlternatives: [Alternative]
    let clean: OrNull<String>
    let patches: [String]
    let patchAlternatives: [Alternative]
    let hooks: Hooks
    let buildExclusive: Exclusive
    /// The release that the values are for; null for none in particular.
    let kernel: OrNull<String>
    /// The distribution whose files the dkms.conf saw; null for this machine's.
    let target: OrNull<String>
    /// Why the kernel is excluded; null where it isn't, or where none was given.
    let excluded: OrNull<String>
    let buildDepends: [String]
    let buildDependsRebuild: Bool
    let autoinstall: Bool
    let noWeakModules: Bool
    let obsoleteBy: OrNull<String>
    let deprecatedDirectives: [String]
    let readsHostFiles: [String]
    let evaluator: String

    /// - Parameter excluded: why the kernel is excluded.
    init(_ conf: DkmsConf, kernel: String?, target: String?, excluded: String?) {
        packageName = conf.packageName
        packageVersion = conf.packageVersion
        modules = conf.modules.map {
            Module(
                index: $0.index, builtName: $0.builtName, builtLocation: $0.builtLocation,
                destName: $0.destName,
                destLocation: $0.destLocation, strip: $0.strip, buildExclusive: Exclusive($0.buildExclusive))
        }
        make = OrNull(conf.makeCommand)
        makeAlternatives = conf.makeAlternatives.map(Alternative.init)
        clean = OrNull(conf.clean)
        patches = conf.patches
        patchAlternatives = conf.patchAlternatives.map(Alternative.init)
        hooks = Hooks(
            preBuild: OrNull(conf.hooks.preBuild), postBuild: OrNull(conf.hooks.postBuild),
            preInstall: OrNull(conf.hooks.preInstall),
            postInstall: OrNull(conf.hooks.postInstall), postAdd: OrNull(conf.hooks.postAdd),
            postRemove: OrNull(conf.hooks.postRemove))
        buildExclusive = Exclusive(conf.buildExclusive)
        self.kernel = OrNull(kernel)
        self.target = OrNull(target)
        self.excluded = OrNull(excluded)
        buildDepends = conf.buildDepends
        buildDependsRebuild = conf.buildDependsRebuild
        autoinstall = conf.autoinstall
        noWeakModules = conf.noWeakModules
        obsoleteBy = OrNull(conf.obsoleteBy)
        deprecatedDirectives = conf.deprecatedDirectives
        readsHostFiles = conf.readsHostFiles
        evaluator = conf.evaluator.rawValue
    }

    var text: String {
        var table = Table(header: ["package", "\(packageName) \(packageVersion)"])
        for module in modules {
            let built = module.builtLocation.isEmpty ? "" : module.builtLocation + "/"
            table.add([
                "module", "\(built)\(module.builtName).ko -> \(module.destLocation)/\(module.destName).ko",
            ])
        }
        table.add(["make", make.value ?? "(dkms's default rule)"])
        if let clean = clean.value { table.add(["clean", clean]) }
        for patch in patches { table.add(["patch", patch]) }
        let scripts = [
            ("pre-build", hooks.preBuild), ("post-build", hooks.postBuild), ("pre-install", hooks.preInstall),
            ("post-install", hooks.postInstall), ("post-add", hooks.postAdd),
            ("post-remove", hooks.postRemove),
        ]
        for (name, script) in scripts { if let script = script.value { table.add([name, script]) } }
        if !buildDepends.isEmpty { table.add(["build-depends", buildDepends.joined(separator: " ")]) }
        table.add(["autoinstall", autoinstall ? "yes" : "no"])
        if let excluded = excluded.value { table.add(["excluded", excluded]) }
        if !readsHostFiles.isEmpty { table.add(["host files", readsHostFiles.joined(separator: " ")]) }
        return table.text
    }
}

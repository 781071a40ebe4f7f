import DkmsConf
import Terminal

/// A dkms.conf as `mkdkms conf` shows it (interface.md, "JSON").
struct ConfDocument: Encodable, Sendable {
    struct Module: Encodable, Sendable {
        let builtName: String
        let builtLocation: String
        let destName: String
        let destLocation: String
        let strip: Bool
        let buildExclusive: Exclusive
    }

    struct Alternative: Encodable, Sendable {
        let value: String
        let match: String?
    }

    struct Hooks: Encodable, Sendable {
        let preBuild: String?
        let postBuild: String?
        let preInstall: String?
        let postInstall: String?
        let postAdd: String?
        let postRemove: String?
    }

    struct Exclusive: Encodable, Sendable {
        let kernel: String?
        let kernelMin: String?
        let kernelMax: String?
        let arch: String?
        let config: [String]

        init(_ exclusive: BuildExclusive) {
            kernel = exclusive.kernel
            kernelMin = exclusive.kernelMin
            kernelMax = exclusive.kernelMax
            arch = exclusive.arch
            config = exclusive.config
        }
    }

    let packageName: String
    let packageVersion: String
    let modules: [Module]
    /// The command for this kernel; absent where dkms's default rule holds.
    let make: String?
    let makeAlternatives: [Alternative]
    let clean: String?
    let patches: [String]
    let patchAlternatives: [Alternative]
    let hooks: Hooks
    let buildExclusive: Exclusive
    /// Why the kernel is excluded; absent where it isn't, or where none was given.
    let excluded: String?
    let buildDepends: [String]
    let buildDependsRebuild: Bool
    let autoinstall: Bool
    let noWeakModules: Bool
    let obsoleteBy: String?
    let deprecatedDirectives: [String]
    let readsHostFiles: [String]
    let evaluator: String

    init(_ conf: DkmsConf, excluded: String?) {
        packageName = conf.packageName
        packageVersion = conf.packageVersion
        modules = conf.modules.map {
            Module(
                builtName: $0.builtName, builtLocation: $0.builtLocation, destName: $0.destName,
                destLocation: $0.destLocation, strip: $0.strip, buildExclusive: Exclusive($0.buildExclusive))
        }
        make = conf.makeCommand
        makeAlternatives = conf.makeAlternatives.map { Alternative(value: $0.value, match: $0.match) }
        clean = conf.clean
        patches = conf.patches
        patchAlternatives = conf.patchAlternatives.map { Alternative(value: $0.value, match: $0.match) }
        hooks = Hooks(
            preBuild: conf.hooks.preBuild, postBuild: conf.hooks.postBuild, preInstall: conf.hooks.preInstall,
            postInstall: conf.hooks.postInstall, postAdd: conf.hooks.postAdd,
            postRemove: conf.hooks.postRemove)
        buildExclusive = Exclusive(conf.buildExclusive)
        self.excluded = excluded
        buildDepends = conf.buildDepends
        buildDependsRebuild = conf.buildDependsRebuild
        autoinstall = conf.autoinstall
        noWeakModules = conf.noWeakModules
        obsoleteBy = conf.obsoleteBy
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
        table.add(["make", make ?? "(dkms's default rule)"])
        if let clean { table.add(["clean", clean]) }
        for patch in patches { table.add(["patch", patch]) }
        let scripts = [
            ("pre-build", hooks.preBuild), ("post-build", hooks.postBuild), ("pre-install", hooks.preInstall),
            ("post-install", hooks.postInstall), ("post-add", hooks.postAdd),
            ("post-remove", hooks.postRemove),
        ]
        for (name, script) in scripts { if let script { table.add([name, script]) } }
        if !buildDepends.isEmpty { table.add(["build-depends", buildDepends.joined(separator: " ")]) }
        table.add(["autoinstall", autoinstall ? "yes" : "no"])
        if let excluded { table.add(["excluded", excluded]) }
        if !readsHostFiles.isEmpty { table.add(["host files", readsHostFiles.joined(separator: " ")]) }
        return table.text
    }
}

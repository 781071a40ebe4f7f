import Diagnostics
import DkmsConf
import Kbuild
import Kernels
import Streams
import SystemPackage
import Tools

extension Engine {
    /// `build`: for each kernel of the command line; a kernel that fails doesn't keep the others from being built.
    ///
    /// - Returns: 0, or the code of the first kernel that failed (dkms 3.4.3 returns that of the last kernel).
    mutating func build() async throws(EngineStop) -> Int32 {
        try await resolveArgument()
        return await forEachKernel { (engine, build) throws(EngineStop) in
            try await engine.buildUnlessBuilt(build)
        }
    }

    private mutating func buildUnlessBuilt(_ build: DkmsTree.Build) async throws(EngineStop) {
        try await mendWhatIsLeft()
        guard !tree.isBuilt(package, build) || request.isForced else { return sayBuilt(build) }
        try await makeBuild(build)
    }

    private func sayBuilt(_ build: DkmsTree.Build) {
        console.say(
            "Module \(package) already built for kernel \(build.kernel) (\(build.architecture)), skip. You may override by specifying --force."
        )
    }

    /// Builds for one kernel, adding the module first where it isn't; what was built before stays until the new build
    /// is complete (dkms 3.4.3, `do_build`, which deletes it first).
    mutating func makeBuild(_ build: DkmsTree.Build) async throws(EngineStop) {
        let wasBuilt = tree.isBuilt(package, build)
        if !tree.isAdded(package) {
            try await addPackage(isImplied: true)
            console.say("")
        }
        let lock = try await locked(request.module)
        defer { lock.hold() }
        // Another run may have been first while this one waited.
        if !wasBuilt, tree.isBuilt(package, build), !request.isForced { return sayBuilt(build) }
        try checkOccupied(build)
        let conf = try await readConf(build, isStrict: true)
        let place = place(build)
        if conf.isExcluded { throw exclusion(build) }
        try checkSource()
        let signer = try await prepareKernel(build)
        try await checkDependencies(conf, build)
        try await perform(conf, place, build, signer)
        if conf.rebuildsOnDepends, !request.isForced { try recordDependencies(conf, build) }
    }

    private func perform(
        _ conf: EngineConf, _ place: KernelPlace, _ build: DkmsTree.Build, _ signer: EngineSigner?
    ) async throws(EngineStop) {
        let programs = tree.programs(request.module)
        defer { try? Files.removeTree(programs) }
        try stopping { () throws(Diagnostic) in
            try UnameProgram.install(in: programs, release: build.kernel, machine: build.architecture)
        }
        let environment = ModuleEnvironment(
            package: package, place: place, folder: tree.buildFolder(package), programs: programs,
            options: place.options(), directives: request.directives,
            administrators: try await administratorsEnvironment())
        let work = ModuleBuild(
            engine: self, conf: conf, place: place, build: build, signer: signer, environment: environment,
            suffix: ModuleStore.compressedSuffix(below: tree.installTree.appending(build.kernel)),
            protection: await HeaderProtection.available())
        try await work.run()
    }

    /// What the file that framework.conf names as build_environment exports.
    private func administratorsEnvironment() async throws(EngineStop) -> [String: String] {
        guard let file = settings.buildEnvironment, Files.isRegularFile(FilePath(file)) else { return [:] }
        let script = "source \"$1\" >/dev/null 2>&1; exec env -0"
        do throws(Diagnostic) {
            let outcome = try await Program(
                "bash", ["-c", script, "bash", file], environment: CallerEnvironment.all()
            ).capture()
            let pairs = outcome.output.split(separator: 0).compactMap { entry -> (String, String)? in
                guard let equals = entry.firstIndex(of: UInt8(ascii: "=")) else { return nil }
                return (
                    String(decoding: entry[..<equals], as: UTF8.self),
                    String(decoding: entry[(equals + 1)...], as: UTF8.self)
                )
            }
            let own = CallerEnvironment.all()
            return Dictionary(pairs) { _, last in last }.filter {
                own[$0.key] != $0.value && $0.key != "_" && $0.key != "SHLVL"
            }
        } catch {
            throw EngineStop(error)
        }
    }

    /// Ubuntu's apport files a problem report about a build that failed.
    func reportToApport() async {
        let hook: FilePath = "/usr/share/apport/package-hooks/dkms_packages.py"
        guard Files.isRegularFile("/usr/share/apport/apport"), Files.isRegularFile(hook) else { return }
        let arguments = [hook.string, "-m", request.module, "-v", request.version]
        let kernel = request.kernels.first.map { ["-k", $0] } ?? []
        _ = try? await console.attach(
            Program("python3", arguments + kernel, environment: CallerEnvironment.all()))
    }

    private func exclusion(_ build: DkmsTree.Build) -> EngineStop {
        .warning(
            77, "The \(tree.base(package, build))/dkms.conf",
            "for module \(package) includes BUILD_EXCLUSIVE directives",
            "which do not match this kernel/arch/config for any modules.",
            "This indicates that it should not be built.")
    }

    /// A folder in the way that holds no build; the build itself gives way in the end.
    private func checkOccupied(_ build: DkmsTree.Build) throws(EngineStop) {
        let base = tree.base(package, build)
        guard Files.isDirectory(base), !tree.isBuilt(package, build) else { return }
        throw EngineStop(
            3, "This module/version has already been built on: \(build.kernel)",
            "Directory \(base) already exists. Use the dkms remove function before trying to build again.")
    }

    private func checkSource() throws(EngineStop) {
        let names = (try? Files.names(in: tree.source(package))) ?? []
        guard names.count(where: { !$0.hasPrefix(".") }) < 2 else { return }
        throw EngineStop(
            8,
            "The directory \(tree.source(package)) does not appear to have module source located within it.",
            "Build halted.")
    }

    /// Looks for headers and for what to sign with, once per kernel and copy of this value.
    mutating func prepareKernel(_ build: DkmsTree.Build) async throws(EngineStop) -> EngineSigner? {
        if let prepared, prepared.build == build { return prepared.signing }
        let place = place(build)
        try requireHeaders(place)
        var preparation = SigningPreparation(engine: self, place: place)
        let signing = try await preparation.prepare(place)
        prepared = PreparedKernel(build: build, signing: signing)
        console.say("")
        return signing
    }

    func requireHeaders(_ place: KernelPlace) throws(EngineStop) {
        guard !place.hasHeaders else { return }
        let folder = tree.installTree.appending(place.release)
        let stop = EngineStop(
            21,
            "Your kernel headers for kernel \(place.release) cannot be found at \(folder)/build or \(folder)/source.",
            "Please install your distribution's kernel headers package matching \(place.release), or use the --kernelsourcedir option to tell DKMS where it's located."
        )
        throw stop.adding(headersHint(place.release))
    }

    /// Every package of BUILD_DEPENDS has to be installed for the kernel.
    private func checkDependencies(_ conf: EngineConf, _ build: DkmsTree.Build) async throws(EngineStop) {
        let missing = conf.buildDepends.filter { name in
            !tree.packages(module: name).contains { tree.isInstalled($0, build) }
        }
        guard !missing.isEmpty else { return }
        let list = missing.joined(separator: " ")
        guard request.isForced else {
            throw EngineStop(
                13,
                "Aborting build of module \(package) for kernel \(build.kernel) (\(build.architecture)) due to missing BUILD_DEPENDS: \(list).",
                "You may override by specifying --force.")
        }
        console.warn(
            "Trying to build module \(package) for kernel \(build.kernel) (\(build.architecture)) despite of missing BUILD_DEPENDS: \(list)."
        )
    }
}

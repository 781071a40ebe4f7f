package import Diagnostics
import Kbuild
import KernelModule
import Streams
import SystemPackage
import Tools

/// Looks for what keeps modules from being there and from loading: in the dkms tree, in the kernel's folder, in what
/// depmod made of it, in the machine's Secure Boot, and in the running kernel's own words.
package struct Doctor: Sendable {
    let engine: Engine
    /// What this machine asks of a module before it loads it.
    private let policy: LoadPolicy

    /// Takes the module, version and kernels of the engine's request; without a kernel the running one, or the newest
    /// that is installed where the running one has no modules here.
    package init(_ engine: Engine) {
        self.engine = engine
        policy = LoadPolicy.current()
    }

    private var tree: DkmsTree { engine.tree }

    /// Everything found, by module and kernel.
    ///
    /// - Throws: `unknown-module` for a name that neither the tree nor the source folder knows.
    package func examine() async throws(Diagnostic) -> [Finding] {
        let packages = newest()
        if packages.isEmpty, !engine.request.module.isEmpty { return try unknown() }
        var findings: [Finding] = []
        for package in packages {
            if tree.isBroken(package) {
                findings.append(
                    finding(
                        .broken, package, nil,
                        "the source of \(package), or the link to it, is missing below \(tree.folder(package))",
                        "put the source back to \(tree.sourceFolder(package)), or: rm -r \(tree.folder(package))"
                    ))
                continue
            }
            for journal in Journal.left(tree, module: package.module) where journal.package == package {
                findings.append(
                    finding(
                        .interrupted, package, journal.build.kernel,
                        "an \(journal.kind.rawValue) was interrupted; the next command on the module mends it",
                        "mkdkms install \(package) -k \(journal.build.kernel)"))
            }
            for kernel in kernels { findings += await examine(package, kernel) }
        }
        return findings
    }

    /// The newest version of each module that the request means.
    private func newest() -> [DkmsTree.Package] {
        var plan = AutoinstallPlan()
        for package in tree.packages(module: engine.request.module, version: engine.request.version)
        where tree.isAdded(package) || tree.isBroken(package) {
            plan.find(package)
        }
        return plan.candidates
    }

    private func unknown() throws(Diagnostic) -> [Finding] {
        let name = engine.request.module
        let wanted = engine.request.version
        let sources = ((try? Files.names(in: tree.sources)) ?? []).filter {
            (wanted.isEmpty ? $0.hasPrefix("\(name)-") : $0 == "\(name)-\(wanted)")
                && Files.isRegularFile(tree.sources.appending($0).appending("dkms.conf"))
        }
        guard let source = sources.last else { throw unknownModule() }
        let version = String(source.dropFirst(name.count + 1))
        return [
            Finding(
                code: .notAdded, module: name, version: version, kernel: nil,
                message: "its source is in \(tree.sources.appending(source)), but it was never added",
                remedy: "mkdkms install \(name)/\(version)")
        ]
    }

    private func unknownModule() -> Diagnostic {
        let (name, version) = (engine.request.module, engine.request.version)
        let versions = tree.packages(module: name, version: "").map(\.version)
        guard version.isEmpty || versions.isEmpty else {
            return .error(
                "unknown-module", "\(tree.root) knows \(name), but not in version \(version)",
                hint: "versions there: \(versions.joined(separator: ", "))")
        }
        let known = Set(tree.packages(module: "", version: "").map(\.module)).sorted()
        let nearest = Spelling.nearest(to: name, in: known).map { "was \($0) meant? " } ?? ""
        return .error(
            "unknown-module", "neither \(tree.root) nor \(tree.sources) knows a module \(name)",
            hint: "\(nearest)mkdkms status lists the modules that were added; mkdkms add DIR adds one")
    }

    private var kernels: [String] {
        if !engine.request.kernels.isEmpty { return engine.request.kernels }
        let running = KernelPlace.running.release
        if Files.isDirectory(tree.installTree.appending(running)) { return [running] }
        return engine.installedKernels.suffix(1).map { $0 }
    }

    func finding(
        _ code: Finding.Code, _ package: DkmsTree.Package, _ kernel: String?, _ message: String,
        _ remedy: String?
    ) -> Finding {
        Finding(
            code: code, module: package.module, version: package.version, kernel: kernel, message: message,
            remedy: remedy)
    }

    private func examine(_ package: DkmsTree.Package, _ kernel: String) async -> [Finding] {
        let architecture = engine.request.architectures.first ?? KernelPlace.running.machine
        let build = DkmsTree.Build(kernel: kernel, architecture: architecture)
        let install = "mkdkms install \(package) -k \(kernel)"
        let conf = await engine.quietConf(package, build)
        if conf?.isExcluded == true {
            return [
                finding(
                    .excluded, package, kernel,
                    "its dkms.conf leaves this kernel out with BUILD_EXCLUSIVE directives", nil)
            ]
        }
        guard tree.isBuilt(package, build) else {
            return [whyNotBuilt(package, build, install)]
        }
        guard tree.isActive(package, build) else {
            return [finding(.notInstalled, package, kernel, "it is built, but not installed", install)]
        }
        guard let conf else {
            return [
                finding(
                    .badConf, package, kernel, "\(tree.conf(package)) cannot be read",
                    "mkdkms conf \(tree.source(package)) -k \(kernel)")
            ]
        }
        let modules = InstalledModules(tree: tree, package: package, build: build)
        var findings: [Finding] = []
        for record in conf.buildable { findings += await examine(record, modules, install) }
        return findings
    }

    private func whyNotBuilt(
        _ package: DkmsTree.Package, _ build: DkmsTree.Build, _ install: String
    ) -> Finding {
        let kernel = build.kernel
        guard engine.place(build).hasHeaders else {
            return finding(
                .headersMissing, package, kernel,
                "the headers of kernel \(kernel) are not installed, so nothing can be built for it",
                engine.identity.headersCommand(kernel: kernel))
        }
        let log = tree.buildFolder(package).appending("make.log")
        if let text = try? Files.contents(log) {
            let log = BuildLog(text: String(decoding: text, as: UTF8.self))
            if log.text.contains("for kernel \(kernel) "), let error = log.firstError {
                return finding(
                    .buildFailed, package, kernel,
                    "its last build failed: \(error) (\(tree.buildFolder(package))/make.log)", install)
            }
        }
        return finding(.notBuilt, package, kernel, "it is added, but not built", install)
    }

    private func examine(
        _ record: EngineConf.Record, _ modules: InstalledModules, _ install: String
    ) async -> [Finding] {
        let (package, kernel) = (modules.package, modules.build.kernel)
        let force = "\(install) --force"
        guard let location = modules.location(record), let file = modules.installed(record, at: location)
        else {
            return [
                finding(
                    .fileMissing, package, kernel,
                    "\(record.destName).ko is not where it was installed", force)
            ]
        }
        guard let module = try? ModuleFile(contentsOf: file) else {
            return [finding(.fileChanged, package, kernel, "\(file) is no kernel module any more", force)]
        }
        let reference = ModuleProof.Kernel(
            release: kernel, modulesFolder: tree.installTree.appending(kernel))
        if let fault = ModuleProof.check(module, of: reference) {
            return [finding(.builtForOtherKernel, package, kernel, fault.message, force)]
        }
        var findings: [Finding] = []
        if let built = modules.built(record), !InstalledModules.isSameFile(built, file) {
            findings.append(
                finding(.fileChanged, package, kernel, "\(file) differs from what was built", force))
        }
        findings += await whereModprobeLooks(record, file, modules)
        findings += await signatureFindings(module, file, modules, force)
        if kernel == KernelPlace.running.release {
            findings += await kernelsWords(module.name, modules, force)
        }
        return findings
    }

    private func whereModprobeLooks(
        _ record: EngineConf.Record, _ file: FilePath, _ modules: InstalledModules
    ) async -> [Finding] {
        let (package, kernel) = (modules.package, modules.build.kernel)
        guard Files.isRegularFile(tree.installTree.appending(kernel).appending("modules.dep")) else {
            return []
        }
        let query = Program("modinfo", ["-k", kernel, "-n", record.destName])
        guard let outcome = try? await query.capture() else { return [] }
        let line = String(decoding: outcome.output, as: UTF8.self).split(separator: "\n").first
        guard outcome.status == 0, let line else {
            return [
                finding(
                    .notIndexed, package, kernel, "modprobe does not find it: depmod has not seen it",
                    "depmod \(kernel)")
            ]
        }
        let found = FilePath(String(line))
        guard (try? Files.canonical(found)) != (try? Files.canonical(file)) else { return [] }
        return [
            finding(
                .shadowed, package, kernel, "modprobe takes \(found) instead of \(file)",
                "depmod \(kernel); if that doesn't help, remove \(found) or give it way in /etc/depmod.d")
        ]
    }

    private func signatureFindings(
        _ module: ModuleFile, _ file: FilePath, _ modules: InstalledModules, _ force: String
    ) async -> [Finding] {
        let (package, kernel) = (modules.package, modules.build.kernel)
        guard policy.wantsSignatures else { return [] }
        let certificate = await engine.certificate(modules.build)
        guard let signature = module.signature else {
            return [
                finding(
                    .unsigned, package, kernel,
                    "\(file) is not signed, and this machine loads signed modules only (\(policy.reason))",
                    "mkdkms generate_mok, mokutil --import \(certificate), a reboot, then: \(force)")
            ]
        }
        guard Files.isRegularFile(certificate), Program.find("mokutil") != nil else { return [] }
        let test = Program("mokutil", ["--test-key", certificate.string])
        guard let outcome = try? await test.capture() else { return [] }
        // It ends with 1 for a key that is enrolled, and with 0 for one that isn't.
        let said = String(decoding: outcome.output, as: UTF8.self)
        guard !said.contains("is already enrolled") else { return [] }
        return [
            finding(
                .keyNotEnrolled, package, kernel,
                "the key of \(signature.signer ?? "the signer") is not enrolled in this machine's firmware",
                "mokutil --import \(certificate), then reboot and confirm it on the screen")
        ]
    }

    /// The last thing that the running kernel said about a module, if that was a refusal.
    private func kernelsWords(
        _ name: String, _ modules: InstalledModules, _ force: String
    ) async -> [Finding] {
        if Files.isDirectory(FilePath("/sys/module").appending(name)) { return [] }
        guard let outcome = try? await Program("dmesg").capture(), outcome.status == 0 else { return [] }
        let refusals = [
            "section size must match", "disagrees about version", "version magic", "Unknown symbol",
            "module verification failed", "Loading of unsigned module", "Key was rejected", "is rejected",
            "Invalid ELF", "decompression failed", "exports duplicate symbol",
        ]
        let lines = String(decoding: outcome.output, as: UTF8.self).split(separator: "\n")
        let last = lines.last { line in
            line.contains(name) && refusals.contains { line.contains($0) }
        }
        guard let last else { return [] }
        return [
            finding(
                .kernelLog, modules.package, modules.build.kernel, "the kernel said: \(last)",
                last.contains("unsigned") || last.contains("ejected") ? nil : force)
        ]
    }
}

import Diagnostics
import DkmsConf
import Streams
import SystemPackage

/// A conf that was read, and what for.
struct ReadConf: Sendable {
    let package: DkmsTree.Package
    let place: KernelPlace
    let file: FilePath
    let conf: EngineConf
}

extension Engine {
    /// The package's conf for a kernel, with the overrides of /etc/dkms.
    ///
    /// - Parameters:
    ///   - file: in place of the one of the dkms tree, and of `-c`.
    ///   - isStrict: as for adding, building and installing: duplicate modules are faults, and what dkms no longer does
    ///     is said.
    /// - Throws: code 4 where there is no file, 8 with its faults on stderr where it cannot be used.
    mutating func readConf(
        _ build: DkmsTree.Build, file: FilePath? = nil, isStrict: Bool = false
    ) async throws(EngineStop) -> EngineConf {
        let shown = file?.string ?? request.conf ?? ""
        let path = file ?? request.conf.map { FilePath($0) } ?? tree.conf(package)
        let place = place(build)
        let conf: EngineConf
        if let last = lastConf, last.package == package, last.place == place, isSame(last.file, path) {
            conf = last.conf
        } else {
            guard let fresh = try await interpret(path, place, isStrict: isStrict) else {
                throw Self.badConf(shown)
            }
            conf = fresh
            lastConf = ReadConf(package: package, place: place, file: path, conf: conf)
        }
        if isStrict {
            if conf.records.isEmpty { console.complain("dkms.conf: Warning! Zero modules specified.") }
            let faults = conf.strictFaults
            for fault in faults { console.complain(fault) }
            if !faults.isEmpty { throw Self.badConf(shown) }
        }
        return conf
    }

    private func isSame(_ first: FilePath, _ second: FilePath) -> Bool {
        first == second || (try? Files.canonical(first)) == (try? Files.canonical(second))
    }

    /// The same where nobody is to hear of it: for reports.
    ///
    /// Nil where the file cannot be used.
    func quietConf(_ package: DkmsTree.Package, _ build: DkmsTree.Build) async -> EngineConf? {
        let place = place(build)
        let request = confRequest(tree.conf(package), place, of: package)
        var values = request.readPlainly()
        if values == nil { values = try? await request.read().values }
        guard let values else { return nil }
        var reader = EngineConfReader(
            values: values, place: place, identity: identity, addonFolder: settings.addonFolder)
        let conf = reader.read()
        return reader.faults.isEmpty ? conf : nil
    }

    /// Reads and checks; nil where faults were said.
    private func interpret(
        _ path: FilePath, _ place: KernelPlace, isStrict: Bool
    ) async throws(EngineStop) -> EngineConf? {
        let conf = confRequest(path, place, of: package)
        let values: ConfValues
        do throws(Diagnostic) {
            let reading = try await conf.read()
            values = reading.values
            for message in reading.messages { console.complain(message) }
        } catch {
            guard Files.isReadable(path) else {
                throw EngineStop(4, "Could not locate dkms.conf file.", "File: \(path) does not exist.")
            }
            console.complain("\(error.message) [\(error.code)]")
            for fault in error.related { console.complain(fault.message) }
            return nil
        }
        if isStrict {
            for feature in EngineConfReader.deprecations(
                values, files: { conf.files(setting: $0).map(\.string) })
            {
                console.deprecated(feature)
            }
        }
        for directive in request.directives {
            let name = directive.prefix { $0 != "=" }
            let value = directive.contains("=") ? String(directive.dropFirst(name.count + 1)) : directive
            console.say("DIRECTIVE: \(name)=\"\(value)\"")
        }
        var reader = EngineConfReader(
            values: values, place: place, identity: identity, addonFolder: settings.addonFolder)
        let result = reader.read()
        for fault in reader.faults { console.complain(fault) }
        return reader.faults.isEmpty ? result : nil
    }

    /// The file with what the administrator sets over it, least specific first (dkms 3.4.3, `read_conf`).
    private func confRequest(
        _ path: FilePath, _ place: KernelPlace, of package: DkmsTree.Package
    ) -> ConfRequest {
        let (module, version) = (package.module, package.version)
        // Most machines have none.
        let present = settings.overrides.isEmpty || module.isEmpty ? [] : overrides(package, place)
        var context = ConfContext(
            kernelRelease: place.release, arch: place.architecture, kernelSourceFolder: place.sourceText,
            kernelConfig: place.configText)
        context.module = module
        context.moduleVersion = version
        context.dkmsTree = settings.dkmsTree
        context.sourceTree = settings.sourceTree
        context.installTree = settings.installTree
        context.temporaryLocation = settings.temporaryFolder
        return ConfRequest(
            files: [path] + present, context: context, directives: request.directives,
            mayUseShell: request.mayUseShell)
    }

    /// From the most general to the most special.
    private func overrides(_ package: DkmsTree.Package, _ place: KernelPlace) -> [FilePath] {
        let (module, kernel) = (package.module, place.release)
        let folder: FilePath = "/etc/dkms"
        return [
            module, "\(module)-\(package.version)", "\(module)-\(package.version)-\(kernel)",
            "\(module)-\(package.version)-\(kernel)-\(place.architecture)", "\(module)--\(kernel)",
            "\(module)--\(kernel)-\(place.architecture)",
        ].map { "\($0).conf" }.filter(settings.overrides.contains).map { folder.appending($0) }
    }

    private static func badConf(_ file: String) -> EngineStop {
        EngineStop(8, "Bad conf file.", "File: \(file) does not represent a valid dkms.conf file.")
    }
}

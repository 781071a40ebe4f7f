import Diagnostics
import Glibc
import Streams
import SystemPackage
import Tools

extension Engine {
    /// depmod with dkms's words around it; one at a time for a kernel.
    func announceDepmod(_ kernel: String) async throws(EngineStop) -> Int32 {
        let command = Command(
            description: "Running depmod", text: "do_depmod \(kernel)", mayLast: !request.skipsDepmod)
        return try await announce(command) { (output) throws(Diagnostic) in
            try await depmod(kernel, output)
        }
    }

    /// The same without a word, whatever the command line says of depmod.
    ///
    /// - Returns: whether it went well.
    func depmodQuietly(_ kernel: String) async -> Bool {
        var copy = self
        copy.request.skipsDepmod = false
        return (try? await copy.depmod(kernel, .nowhere)) == 0
    }

    /// Nothing is to be done for a kernel whose image isn't installed, which has no modules.dep.
    private func depmod(_ kernel: String, _ output: ProgramOutput) async throws(Diagnostic) -> Int32 {
        guard !request.skipsDepmod else { return 0 }
        let folder = tree.installTree.appending(kernel)
        let index = folder.appending("modules.dep")
        guard Files.isRegularFile(index) else {
            if case .terminal = output {
                console.say("Skipping depmod because '\(index)' is missing.")
            }
            return 0
        }
        let lock = try await TreeLock.take("kernel \(kernel)", in: tree, held: locks, console: console)
        defer { lock.hold() }
        let base = try depmodBase()
        let map: FilePath = FilePath("/boot/System.map-\(kernel)")
        let arguments =
            base.arguments + ["-a", kernel] + (Files.isRegularFile(map) ? ["-F", map.string] : [])
        let status = try await Program("depmod", arguments).attached(to: output)
        base.hold()
        if (try? Files.status(index))?.size == 0 { removeIndexes(folder) }
        return status
    }

    /// What makes depmod work on the install tree, which it knows as `lib/modules` below a base only.
    private func depmodBase() throws(Diagnostic) -> DepmodBase {
        let installTree = (try? Files.canonical(tree.installTree)) ?? tree.installTree
        if installTree == (try? Files.canonical("/lib/modules")) { return DepmodBase(folder: nil, base: nil) }
        let end: FilePath = "lib/modules"
        if installTree.ends(with: end) {
            return DepmodBase(
                folder: nil, base: installTree.removingLastComponent().removingLastComponent())
        }
        let folder = try TemporaryFolder("depmod")
        let base = folder.path
        do throws(Errno) {
            try Files.makeDirectory(base.appending("lib"))
            try Files.makeSymbolicLink(base.appending("lib/modules"), to: installTree.string)
        } catch {
            throw .file("create", base, error)
        }
        return DepmodBase(folder: folder, base: base)
    }

    /// The last module of a kernel that is gone leaves no index files behind.
    private func removeIndexes(_ folder: FilePath) {
        for name in (try? Files.names(in: folder)) ?? [] where name.hasPrefix("modules.") {
            let isIndex =
                name.hasSuffix(".bin")
                || ["alias", "dep", "devname", "softdep", "symbols", "weakdep"].contains {
                    name == "modules.\($0)"
                }
            if isIndex { try? Files.remove(folder.appending(name)) }
        }
        try? Files.removeFolder(folder)
    }

    /// Loads whatever the hardware asks for and the new modules now offer.
    func probeModules() async {
        var aliases: Set<String> = []
        collectAliases("/sys/devices", into: &aliases)
        guard !aliases.isEmpty else { return }
        _ = try? await Program("modprobe", ["-a", "-b", "-q"] + aliases.sorted()).attached(to: .nowhere)
        if Files.isRegularFile("/lib/systemd/system/systemd-modules-load.service") {
            _ = try? await Program("systemctl", ["restart", "systemd-modules-load.service"])
                .attached(to: .terminal)
        }
    }

    private func collectAliases(_ folder: FilePath, into aliases: inout Set<String>) {
        for entry in (try? Files.entries(in: folder)) ?? [] {
            let path = folder.appending(entry.name)
            if entry.kind == .directory {
                collectAliases(path, into: &aliases)
            } else if entry.name == "modalias", let text = try? Files.contents(path) {
                for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
                    aliases.insert(String(line))
                }
            }
        }
    }
}

/// The base folder of a depmod, and its owner where it was made for it.
private struct DepmodBase: ~Copyable {
    let folder: TemporaryFolder?
    let base: FilePath?

    var arguments: [String] { base.map { ["-b", $0.string] } ?? [] }

    /// Says that the folder is needed until here.
    func hold() {}
}

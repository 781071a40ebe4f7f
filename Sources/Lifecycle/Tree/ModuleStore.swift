import KernelModule
import Streams
import SystemPackage

/// Module files in a folder, whichever way they are compressed.
enum ModuleStore {
    /// What a kernel's modules end in: the last of .gz, .xz and .zst that any file below the kernel's folder has, else
    /// nothing.
    ///
    /// dkms 3.4.3 (`set_module_suffix`) walks the folder; what depmod has written down about it is as good and faster.
    static func compressedSuffix(below folder: FilePath) -> String {
        var found: Set<String> = []
        if let index = try? Files.contents(folder.appending("modules.dep")), !index.isEmpty {
            found = suffixes(in: index)
        } else {
            visit(folder) { name, _, _ in
                for suffix in [".gz", ".xz", ".zst"] where name.hasSuffix(".ko" + suffix) {
                    found.insert(suffix)
                }
                return !found.contains(".zst")
            }
        }
        return [".zst", ".xz", ".gz"].first { found.contains($0) } ?? ""
    }

    /// What stands between `.ko` and the colon of each line's module (modules.dep(5)).
    private static func suffixes(in index: [UInt8]) -> Set<String> {
        var found: Set<String> = []
        let bytes = index.span
        var isModule = true
        for at in bytes.indices {
            switch bytes[at] {
            case UInt8(ascii: "\n"): isModule = true
            case UInt8(ascii: ":") where isModule && at >= 2:
                isModule = false
                switch bytes[at - 1] {
                case UInt8(ascii: "z"): found.insert(bytes[at - 2] == UInt8(ascii: "x") ? ".xz" : ".gz")
                case UInt8(ascii: "t"): found.insert(".zst")
                default: break
                }
            default: break
            }
        }
        return found
    }

    /// `NAME.ko`, else `NAME.ko` with the suffix, in a folder; nil where neither is there.
    static func file(_ name: String, in folder: FilePath, suffix: String) -> FilePath? {
        let plain = folder.appending("\(name).ko")
        if isThere(plain) { return plain }
        let compressed = folder.appending("\(name).ko\(suffix)")
        return isThere(compressed) ? compressed : nil
    }

    /// The module files anywhere below a folder: where each name is; links are none.
    static func listing(below folder: FilePath) -> [String: [FilePath]] {
        var folders: [String: [FilePath]] = [:]
        visit(folder) { name, folder, kind in
            if kind == .regular, name.contains(".ko") { folders[name, default: []].append(folder) }
            return true
        }
        return folders
    }

    /// Every file of that module in a listing, sorted by path.
    static func files(_ name: String, in listing: [String: [FilePath]], suffix: String) -> [FilePath] {
        let names: Set = ["\(name).ko", "\(name).ko\(suffix)"]
        return names.flatMap { name in (listing[name] ?? []).map { $0.appending(name) } }
            .sorted { $0.string.utf8.lexicographicallyPrecedes($1.string.utf8) }
    }

    /// Calls `body` with the name, folder and kind of each file until it answers false.
    private static func visit(_ folder: FilePath, _ body: (String, FilePath, Files.Kind) -> Bool) {
        var pending = [folder]
        while let next = pending.popLast() {
            for entry in ((try? Files.entries(in: next)) ?? []).reversed() {
                if entry.kind == .directory {
                    pending.append(next.appending(entry.name))
                } else if !body(entry.name, next, entry.kind) {
                    return
                }
            }
        }
    }

    private static func isThere(_ path: FilePath) -> Bool {
        (try? Files.status(path, following: true)) != nil
    }
}

/// The two numbers that dkms compares modules by (dkms 3.4.3, `get_module_verinfo`): both empty for a file that is no
/// module.
struct ModuleVersion: Hashable, Sendable {
    let version: String
    /// srcversion, else the checksum that modinfo once printed behind the version.
    let source: String

    init(_ file: FilePath?) {
        guard let file, let module = try? ModuleFile(contentsOf: file) else {
            version = ""
            source = ""
            return
        }
        let words = (module.version ?? "").split(whereSeparator: \.isWhitespace)
        version = words.first.map(String.init) ?? ""
        source =
            module.srcversion?.split(whereSeparator: \.isWhitespace).first.map(String.init)
            ?? words.dropFirst().first.map(String.init) ?? ""
    }

    var isUnversioned: Bool { version.isEmpty && source.isEmpty }
}

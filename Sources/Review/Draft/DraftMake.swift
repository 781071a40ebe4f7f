import Diagnostics
import Streams

/// Which modules the Makefiles of a folder make, and by which command.
struct DraftMake {
    struct Module: Hashable {
        let name: String
        /// The folder, relative to the tree; empty for the tree itself.
        let location: String
        let makefile: String
    }

    private(set) var modules: [Module] = []
    /// For `MAKE[0]`, with variables of dkms in it; nil where dkms's own rule does.
    private(set) var command: (text: DraftCommand, path: String)?

    init(_ folder: DraftFolder) {
        var makefiles: [Makefile] = []
        for path in folder.paths {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            guard ["Makefile", "Kbuild", "makefile", "GNUmakefile"].contains(name),
                !path.hasPrefix("debian/"),
                !path.contains("-dkms-mkdeb/"), let text = folder.text(path)
            else { continue }
            makefiles.append(Makefile(path: path, text))
        }
        let reached = Self.reached(makefiles)
        var known: Set<String> = []
        for makefile in makefiles {
            let location = DraftFolder.folder(of: makefile.path)
            guard reached?.contains(location) ?? true else { continue }
            for name in makefile.madeModules where known.insert(name).inserted {
                modules.append(Module(name: name, location: location, makefile: makefile.path))
            }
        }
        command = Self.command(
            modules, makefiles.filter { reached?.contains(DraftFolder.folder(of: $0.path)) ?? true })
    }

    /// `unusable-folder` for each folder with modules whose name dkms.conf can't have.
    var unusableFolders: [Diagnostic] {
        var known: Set<String> = []
        return modules.filter { module in
            known.insert(module.location).inserted
                && !module.location.split(separator: "/").allSatisfy { PlainName.isPlain($0) }
        }.map { module in
            .warning(
                "unusable-folder", "neither kbuild nor dkms works in a folder called \(module.location)",
                hint: "rename it, with letters, digits and . _ + - only", at: .init(file: module.makefile))
        }
    }

    /// The folders that kbuild comes to from the tree's own one, by `obj-m += folder/`; nil where it doesn't start there,
    /// or a name is computed.
    ///
    /// Makefiles elsewhere, of tests or examples, make modules that nobody builds with the tree's.
    private static func reached(_ makefiles: [Makefile]) -> Set<String>? {
        let byFolder = Dictionary(grouping: makefiles) { DraftFolder.folder(of: $0.path) }
        guard byFolder[""]?.contains(where: \.hasObjects) == true else { return nil }
        var reached: Set<String> = [""]
        var pending = [""]
        while let folder = pending.popLast() {
            for entry in (byFolder[folder] ?? []).flatMap({ $0.lists { $0.hasPrefix("obj-") } })
            where entry.hasSuffix("/") {
                guard !entry.contains("$") else { return nil }
                let parts = (folder + "/" + entry).split(separator: "/").filter { $0 != "." }
                let next = parts.joined(separator: "/")
                if reached.insert(next).inserted { pending.append(next) }
            }
        }
        return reached
    }

    /// What kbuild needs besides the folder: the variables that rules of the Makefiles pass it, where they are plain
    /// words, and the configuration by which it makes modules at all, where no file sets it.
    private static func passed(_ makefiles: [Makefile]) -> [String] {
        var words: [String] = []
        var known: Set<String> = []
        for makefile in makefiles {
            for word in makefile.passedWords where known.insert(word).inserted { words.append(word) }
        }
        var isSet = makefiles.reduce(into: Set<String>()) { $0.formUnion($1.assignments.map(\.name)) }
        isSet.formUnion(words.map { String($0.prefix { $0 != "=" }) })
        for name in makefiles.flatMap(\.switches) where isSet.insert(name).inserted {
            words.append("\(name)=m")
        }
        return words
    }

    /// How the modules are made.
    ///
    /// kbuild finds its objects in the tree's own Kbuild or Makefile, whatever rules for people it has besides. Else
    /// that Makefile has to say where the kernel is, or kbuild is sent to each folder.
    private static func command(
        _ modules: [Module], _ makefiles: [Makefile]
    ) -> (text: DraftCommand, path: String)? {
        let top = makefiles.filter { !$0.path.contains("/") }
        let passed = passed(makefiles)
        if let own = top.first(where: \.hasObjects) {
            // Without anything to pass, dkms's own rule is the same.
            guard !passed.isEmpty else { return nil }
            return (.kbuild("", passed), own.path)
        }
        for makefile in top {
            let assignments = makefile.assignments.filter(\.hasPlainName)
            let kernel = assignments.first {
                $0.value.contains("/lib/modules") && $0.value.contains("build")
            }
            guard let kernel else { continue }
            // One that holds the release, and not a path with it.
            let release = assignments.first { $0.isRunningKernel && $0.name != kernel.name }
            var variables: [(name: String, value: DraftCommand.Part)] = []
            if let release { variables.append((release.name, .variable("kernelver"))) }
            variables.append((kernel.name, .variable("kernel_source_dir")))
            return (.make(variables), makefile.path)
        }
        var known: Set<String> = []
        let folders = modules.map(\.location).filter { known.insert($0).inserted }
        guard let first = modules.first else { return nil }
        return (DraftCommand.all(folders.map { .kbuild($0, passed) }), first.makefile)
    }
}

extension Makefile.Assignment {
    /// Whether make's command line can set it.
    fileprivate var hasPlainName: Bool { name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil }

    /// Whether it is the running kernel's release.
    fileprivate var isRunningKernel: Bool {
        value.trimmed.wholeMatch(of: /\$[({]shell\s+uname\s+-r\s*[)}]|`uname\s+-r`/) != nil
    }
}

extension Makefile {
    fileprivate var hasObjects: Bool { assignments.contains { $0.name.hasPrefix("obj-") } }

    /// The options of the kernel's configuration that decide about the modules.
    fileprivate var switches: [String] {
        guard names({ $0 == "obj-m" }).isEmpty else { return [] }
        return assignments.compactMap { assignment in
            assignment.name.wholeMatch(of: /obj-\$[({](CONFIG_[A-Za-z0-9_]+)[)}]/).map { String($0.1) }
        }
    }

    /// `NAME=value` of the first command that sends make to the kernel, but for where and how loudly it builds.
    ///
    /// Later ones are of rules that nobody asks for by default: to debug, to check, to install.
    fileprivate var passedWords: [String] {
        let command = text.lines.first { $0.hasPrefix("\t") && $0.contains("-C ") }
        return (command ?? "").split(whereSeparator: \.isWhitespace).compactMap { word in
            guard let match = word.wholeMatch(of: /([A-Za-z_][A-Za-z0-9_]*)=[A-Za-z0-9_.,\/+=-]*/) else {
                return nil
            }
            return ["M", "O", "V", "W", "C", "SUBDIRS"].contains(match.1) ? nil : String(word)
        }
    }

    /// The modules of `obj-m`; where it has none, those that the kernel's configuration decides about.
    ///
    /// A name that is a variable is the one that the file gives it.
    fileprivate var madeModules: [String] {
        let always = names { $0 == "obj-m" }
        let chosen = always.isEmpty ? names { $0.hasPrefix("obj-$") } : always
        var known: Set<String> = []
        return chosen.filter { known.insert($0).inserted }
    }

    private func names(_ isList: (String) -> Bool) -> [String] {
        let values = Dictionary(
            assignments.map { ($0.name, $0.value.prefix { $0 != "#" }) },
            uniquingKeysWith: { first, _ in first })
        return lists(isList).flatMap { word -> [String] in
            guard let match = word.firstMatch(of: /\$[({]([A-Za-z0-9_]+)[)}]/) else { return [word] }
            let value = String(values[String(match.1)] ?? "").trimmed
            return word.replacing(match.0, with: value).split(whereSeparator: \.isWhitespace).map(String.init)
        }.compactMap { name in
            let isName = name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._+\-]*\.o/) != nil
            return isName ? String(name.dropLast(2)) : nil
        }
    }
}

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
    private(set) var command: (text: String, path: String)?

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
        for makefile in makefiles {
            let location = DraftFolder.folder(of: makefile.path)
            for name in makefile.madeModules where !modules.contains(where: { $0.name == name }) {
                modules.append(Module(name: name, location: location, makefile: makefile.path))
            }
        }
        command = Self.command(modules, makefiles)
    }

    private static let kbuild =
        "make -C $kernel_source_dir M=$dkms_tree/$PACKAGE_NAME/$PACKAGE_VERSION/build"

    /// What kbuild needs besides the folder: the variables that rules of the Makefiles pass it, where they are plain
    /// words, and the configuration by which it makes modules at all, where no file sets it.
    private static func passed(_ makefiles: [Makefile]) -> [String] {
        var words: [String] = []
        for makefile in makefiles {
            for word in makefile.passedWords where !words.contains(word) { words.append(word) }
        }
        for name in makefiles.flatMap(\.switches) {
            let isSet =
                words.contains { $0.hasPrefix("\(name)=") }
                || makefiles.contains { $0.assignments.contains { $0.name == name } }
            if !isSet { words.append("\(name)=m") }
        }
        return words
    }

    /// How the modules are made.
    ///
    /// kbuild finds its objects in the tree's own Kbuild or Makefile, whatever rules for people it has besides. Else
    /// that Makefile has to say where the kernel is, or kbuild is sent to each folder.
    private static func command(_ modules: [Module], _ makefiles: [Makefile]) -> (text: String, path: String)?
    {
        let top = makefiles.filter { !$0.path.contains("/") }
        let passed = Self.passed(makefiles)
        if let own = top.first(where: \.hasObjects) {
            // Without anything to pass, dkms's own rule is the same.
            guard !passed.isEmpty else { return nil }
            return ("\(kbuild) \(passed.joined(separator: " ")) modules", own.path)
        }
        for makefile in top {
            let assignments = makefile.assignments
            let kernel = assignments.first {
                $0.value.contains("/lib/modules") && $0.value.contains("build")
            }
            guard let kernel else { continue }
            let release = assignments.first { $0.value.contains("uname -r") && $0.name != kernel.name }
            let given = release.map { "\($0.name)=$kernelver " } ?? ""
            return ("make \(given)\(kernel.name)=$kernel_source_dir", makefile.path)
        }
        let folders = modules.reduce(into: [String]()) {
            if !$0.contains($1.location) { $0.append($1.location) }
        }
        guard let first = modules.first, !folders.isEmpty else { return nil }
        let commands = folders.map {
            (["\(kbuild)/\($0)"] + passed + ["modules"]).joined(separator: " ")
        }
        return (commands.joined(separator: " && "), first.makefile)
    }
}

extension Makefile {
    fileprivate var hasObjects: Bool { assignments.contains { $0.name.hasPrefix("obj-") } }

    /// The options of the kernel's configuration that decide about the modules.
    fileprivate var switches: [String] {
        guard names({ $0 == "obj-m" }).isEmpty else { return [] }
        return assignments.compactMap { assignment in
            assignment.name.wholeMatch(of: /obj-\$[({](CONFIG_\w+)[)}]/).map { String($0.1) }
        }
    }

    /// `NAME=value` of the commands that send make to the kernel, but for where and how loudly it builds.
    fileprivate var passedWords: [String] {
        text.lines.filter { $0.hasPrefix("\t") && $0.contains("-C ") }.flatMap { line in
            line.split(whereSeparator: \.isWhitespace).compactMap { word in
                guard let match = word.wholeMatch(of: /([A-Za-z_]\w*)=[\w.,\/+=-]*/) else { return nil }
                return ["M", "O", "V", "W", "C", "SUBDIRS"].contains(match.1) ? nil : String(word)
            }
        }
    }

    /// The modules of `obj-m`; where it has none, those that the kernel's configuration decides about.
    ///
    /// A name that is a variable is the one that the file gives it.
    fileprivate var madeModules: [String] {
        let always = names { $0 == "obj-m" }
        let chosen = always.isEmpty ? names { $0.hasPrefix("obj-$") } : always
        return chosen.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private func names(_ isList: (String) -> Bool) -> [String] {
        lists(isList).compactMap { word in
            var name = word
            if let match = word.firstMatch(of: /\$[({](\w+)[)}]/) {
                let value = assignments.first { $0.name == match.1 }?.value.trimmed
                name = word.replacing(match.0, with: value ?? "")
            }
            let isName = name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._+\-]*\.o/) != nil
            return isName ? String(name.dropLast(2)) : nil
        }
    }
}

import Templates

/// A command of `MAKE[#]`, as dkms.conf has it and as people read it.
///
/// Names of folders are a stranger's: bash reads them twice, when it evaluates dkms.conf and when the command is run.
struct DraftCommand: Hashable, Sendable {
    enum Part: Hashable, Sendable {
        /// Letters, digits and what else no shell gives a meaning.
        case plain(String)
        /// One of dkms's own.
        case variable(String)
        case folder(String)
    }

    private var parts: [Part]

    /// kbuild, sent to a folder of the tree.
    static func kbuild(_ folder: String, _ passed: [String]) -> DraftCommand {
        var parts: [Part] = [
            .plain("make -C "), .variable("kernel_source_dir"), .plain(" M="), .variable("dkms_tree"),
            .plain("/"),
            .variable("PACKAGE_NAME"), .plain("/"), .variable("PACKAGE_VERSION"), .plain("/build"),
        ]
        if !folder.isEmpty { parts += [.plain("/"), .folder(folder)] }
        return DraftCommand(parts: parts + (passed + ["modules"]).map { .plain(" \($0)") })
    }

    /// The tree's own Makefile, with these variables.
    static func make(_ variables: [(name: String, value: Part)]) -> DraftCommand {
        DraftCommand(parts: [.plain("make")] + variables.flatMap { [.plain(" \($0.name)="), $0.value] })
    }

    /// One after the other, as long as they succeed.
    static func all(_ commands: [DraftCommand]) -> DraftCommand {
        DraftCommand(parts: Array(commands.map(\.parts).joined(separator: [.plain(" && ")])))
    }

    /// As it is run, its variables still open.
    var text: String { parts.map { Self.shell($0) }.joined() }

    /// As it stands in dkms.conf, with its quotes.
    var quoted: String {
        let inside = parts.map { part in
            if case .variable(let name) = part { "$\(name)" } else { DraftConf.escaped(Self.shell(part)) }
        }
        return "\"\(inside.joined())\""
    }

    private static func shell(_ part: Part) -> String {
        switch part {
        case .plain(let text): text
        case .variable(let name): "$\(name)"
        // No name of a file has the one byte that can't be quoted.
        case .folder(let path): (try? Quoting.shell.quote(path)) ?? ""
        }
    }
}

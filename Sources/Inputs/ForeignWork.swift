import Diagnostics

/// What a maintainer script does beyond what a package of a module's source has to: nobody makes that again.
struct ForeignWork {
    /// The commands, in order, each as it stands in the script.
    let commands: [String]

    /// Those of a shell script; one whose first line names another interpreter is foreign as a whole, and that line stands
    /// for it.
    ///
    /// What hands the module to dkms is none, whoever wrote it: debhelper, the templates of dkms, a spec. Nor is what has no
    /// effect by itself: conditions, assignments and messages.
    init(of script: String) {
        if let interpreter = Self.otherInterpreter(script) {
            commands = [interpreter]
            return
        }
        var commands: [String] = []
        var isAdded = false
        let lines = Self.isOurs(script) ? [] : script.replacing("\\\n", with: " ").lines
        let documents = HereDocuments(lines)
        var next = 0
        while next < lines.count {
            let line = lines[next]
            if line.hasPrefix("# Automatically added by dh_") {
                isAdded = ["dh_dkms", "dh_installmodules"].contains { line.contains(" \($0)") }
            } else if line.hasPrefix("# End automatically added section") {
                isAdded = false
            }
            next = documents.next(after: next)
            if !isAdded { commands += Self.commands(in: line).filter(Self.isForeign) }
        }
        self.commands = commands.distinct
    }

    /// The first line of a script that is no shell's.
    private static func otherInterpreter(_ script: String) -> String? {
        guard script.hasPrefix("#!"), let line = script.lines.first else { return nil }
        let names = line.dropFirst(2).split(whereSeparator: \.isWhitespace).map {
            $0.split(separator: "/").last ?? $0
        }
        guard let first = names.first else { return nil }
        let name = first == "env" ? names.dropFirst().first { !$0.hasPrefix("-") } ?? first : first
        let shells: Set<Substring> = ["sh", "bash", "dash", "ash", "ksh", "mksh", "zsh", "busybox"]
        return shells.contains(name) ? nil : String(line)
    }

    /// Whether mkdkms wrote it.
    private static func isOurs(_ script: String) -> Bool {
        script.contains("/var/lib/mkdkms") || script.contains("/var/lib/rpm-state/mkdkms-")
    }

    /// What a line of a shell script has done, without the words around it that only say when.
    private static func commands(in line: Substring) -> [String] {
        let text = line.drop(while: \.isWhitespace)
        guard text.first != "#" else { return [] }
        return text.replacing("&&", with: ";").replacing("||", with: ";").split(separator: ";").map {
            var words = $0.split(whereSeparator: \.isWhitespace)
            while let first = words.first, isAside(first) { words.removeFirst() }
            return words.joined(separator: " ")
        }
    }

    /// Whether a command comes behind such a word: that of a condition, or a pattern of a case.
    private static func isAside(_ word: Substring) -> Bool {
        ["if", "elif", "then", "else", "while", "until", "do", "{", "}", "(", "!", "|"].contains(word)
            || word.hasSuffix(")") && !word.contains("$(") && !word.contains("`")
    }

    private static func isForeign(_ command: String) -> Bool {
        guard let first = command.split(separator: " ").first else { return false }
        let handsOver = /(?:^|[\s\/"'$(])dkms(?:$|[\s\/"')])|DKMS|\bdepmod\b|POSTINST|common\.postinst/
        if command.firstMatch(of: handsOver) != nil { return false }
        let writes = command.firstMatch(of: />\s*"?[\/$]/) != nil && !command.contains("/dev/")
        if harmless.contains(String(first)) || command.hasSuffix("() {") || command.hasSuffix(" |") {
            return writes
        }
        return command.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*=.*/) == nil
    }

    private static let harmless: Set<String> = [
        "#", ":", "true", "false", "[", "[[", "test", "case", "esac", "fi", "for", "done", "in", "break",
        "continue", "exit", "return", "shift", "set", "echo", "printf", "local", "export", "readonly",
        "unset",
        "EOF", "cat", "read", "uname",
    ]
}

/// Variables that bash 5 sets, or that change what it does.
///
/// A name that is not among them is unset unless the file or its context gives it a value: bash starts with a
/// clean environment.
enum ShellVariables {
    private static let names = [
        "_", "CDPATH", "CHILD_MAX", "COLUMNS", "COMPREPLY", "COPROC", "DIRSTACK", "EMACS", "ENV", "EUID",
        "EXECIGNORE",
        "FCEDIT", "FIGNORE", "FUNCNAME", "FUNCNEST", "GLOBIGNORE", "GROUPS", "HOME", "HOSTFILE", "HOSTNAME",
        "HOSTTYPE", "IFS", "IGNOREEOF", "INPUTRC", "INSIDE_EMACS", "LANG", "LANGUAGE", "LINENO", "LINES",
        "LOGNAME", "MACHTYPE", "MAIL", "MAILCHECK", "MAILPATH", "MAPFILE", "OLDPWD", "OPTARG", "OPTERR",
        "OPTIND", "OSTYPE", "PATH", "PIPESTATUS", "POSIXLY_CORRECT", "PPID", "PS0", "PS1", "PS2", "PS3",
        "PS4", "PWD", "RANDOM",
        "READLINE_ARGUMENT",
        "READLINE_LINE", "READLINE_MARK", "READLINE_POINT", "REPLY", "SECONDS", "SHELL", "SHELLOPTS", "SHLVL",
        "SRANDOM", "TERM", "TERMCAP", "TEXTDOMAIN", "TEXTDOMAINDIR", "TIMEFORMAT", "TMOUT", "TMPDIR", "TZ",
        "UID", "USER", "auto_resume", "histchars",
    ]

    private static let prefixes = ["BASH", "COMP_", "EPOCH", "GLOB", "HIST", "LC_", "PROMPT_", "__mkdkms"]

    private static let hashes = Set(names.map { PlainVariables.hash($0.utf8) })

    /// - Parameter hash: the name's, by ``PlainVariables/hash(_:)``; a name that shares one counts as special too.
    static func isSpecial(_ name: ArraySlice<UInt8>, hash: UInt64) -> Bool {
        hashes.contains(hash) || prefixes.contains { name.starts(with: $0.utf8) }
    }
}

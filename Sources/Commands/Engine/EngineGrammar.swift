import Lifecycle
import Streams
import SystemPackage

/// dkms's command line: one action anywhere, options with a value by whatever begins with their name, `--name value`
/// and `--name=value`, and words that are a module, a folder or an archive (dkms 3.4.3, "Parse command line
/// arguments").
struct EngineGrammar {
    /// What is to be done with a command line.
    enum Outcome {
        case run(EngineRequest)
        case version
        case help
        case unknownOption(String)
        /// No action that dkms knows.
        case noAction
    }

    private(set) var request = EngineRequest()
    /// Lines for stderr, each said where it stands on the command line.
    private let warn: (String) -> Void
    /// Called where `-q` stands: from there on nothing is said.
    private let silence: () -> Void
    private var arguments: ArraySlice<String>

    init(_ arguments: [String], warn: @escaping (String) -> Void, silence: @escaping () -> Void) {
        self.arguments = arguments[...]
        self.warn = warn
        self.silence = silence
    }

    /// - Throws: code 4 for two actions; 8, 1, 2 and 3 for options that exclude each other.
    mutating func parse() throws(EngineStop) -> Outcome {
        while let argument = arguments.popFirst() {
            if argument.hasPrefix("-") {
                if let outcome = option(argument) { return outcome }
            } else {
                try word(argument)
            }
        }
        try check()
        return request.action == nil ? .noAction : .run(request)
    }

    /// Whether a command line of `mkdkms` is one for the engine.
    static func isForEngine(_ arguments: [String]) -> Bool {
        guard let first = arguments.first else { return false }
        if EngineRequest.Action(rawValue: first) != nil { return true }
        return first.hasPrefix("-") && arguments.contains { EngineRequest.Action(rawValue: $0) != nil }
    }

    private mutating func option(_ argument: String) -> Outcome? {
        switch argument {
        case "--quiet", "-q": silence()
        case "--version", "-V": return .version
        case "--help", "-h": return .help
        case "--no-initrd", "--no-clean-kernel", "--no-prepare-kernel":
            warn("Deprecated feature: \(argument)")
        case "--binaries-only": request.isBinariesOnly = true
        case "--source-only": request.isSourceOnly = true
        case "--force": request.isForced = true
        case "--force-version-override": request.overridesVersion = true
        case "--all": request.all = true
        case "--verbose": request.isVerbose = true
        case "--rpm_safe_upgrade": request.isSafeUpgrade = true
        case "--symlink-modules": request.symlinksModules = true
        case "--no-depmod": request.skipsDepmod = true
        case "--modprobe-on-install": request.probesOnInstall = true
        // Shell tracing has nothing to trace here.
        case "--debug": break
        case "--json": request.wantsJSON = true
        case "--no-shell": request.mayUseShell = false
        default: return optionWithValue(argument)
        }
        return nil
    }

    private mutating func optionWithValue(_ argument: String) -> Outcome? {
        func means(_ short: String?, _ long: String? = nil) -> Bool {
            argument == short || long.map(argument.hasPrefix) == true
        }
        if means("-m", "--module") {
            takeModule(value(argument))
        } else if means("-v") {
            request.version = value(argument)
        } else if means("-k", "--kernelver") {
            takeKernel(value(argument))
        } else if means(nil, "--templatekernel") {
            request.templateKernel = value(argument)
        } else if means("-c") {
            request.conf = value(argument)
        } else if means(nil, "--dkmstree") {
            request.dkmsTree = value(argument)
        } else if means(nil, "--sourcetree") {
            request.sourceTree = value(argument)
        } else if means(nil, "--installtree") {
            request.installTree = value(argument)
        } else if means(nil, "--config") {
            request.kernelConfig = value(argument)
        } else if means(nil, "--archive") {
            request.archive = value(argument)
        } else if means("-a", "--arch") {
            request.architectures.append(value(argument))
        } else if means(nil, "--kernelsourcedir") {
            request.kernelSourceFolder = value(argument)
        } else if means(nil, "--directive") {
            request.directives.append(value(argument))
        } else if means("-j") {
            request.parallelJobs = value(argument)
        } else if argument.hasPrefix("--color") {
            // dkms's texts have no colours; the option is taken so that wrappers may pass it.
            if argument == "--color" { _ = arguments.popFirst() }
        } else {
            return .unknownOption(argument)
        }
        return nil
    }

    /// What follows the first `=`, else the next word; blanks around it go, as `read` drops them.
    private mutating func value(_ argument: String) -> String {
        let text: Substring
        if let equals = argument.firstIndex(of: "=") {
            text = argument[argument.index(after: equals)...]
        } else {
            text = (arguments.popFirst() ?? "")[...]
        }
        let line = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
        var trimmed = line.drop { $0 == " " || $0 == "\t" }
        while trimmed.last == " " || trimmed.last == "\t" { trimmed.removeLast() }
        return String(trimmed)
    }

    private mutating func takeModule(_ text: String) {
        guard let slash = text.firstIndex(of: "/") else {
            request.module = text
            return
        }
        request.module = String(text[..<slash])
        request.version = String(text[text.index(after: slash)...])
    }

    private mutating func takeKernel(_ text: String) {
        guard let slash = text.firstIndex(of: "/") else {
            request.kernels.append(text)
            return
        }
        request.kernels.append(String(text[..<slash]))
        request.architectures.append(String(text[text.index(after: slash)...]))
    }

    private mutating func word(_ text: String) throws(EngineStop) {
        if let action = EngineRequest.Action(rawValue: text) {
            guard request.action == nil else { throw EngineStop(4, "Cannot specify more than one action.") }
            request.action = action
            return
        }
        let path = FilePath(text)
        let isFile = Files.isRegularFile(path)
        if isFile, text.hasSuffix("dkms.conf") {
            request.sourceFolder = "\(text.dropLast("dkms.conf".count))./"
        } else if Files.isDirectory(path), Files.isRegularFile(path.appending("dkms.conf")) {
            request.sourceFolder = text
        } else if isFile {
            request.archive = text
        } else if request.module.isEmpty {
            takeModule(text)
        } else {
            warn("Warning: I do not know how to handle \(text).")
        }
    }

    private func check() throws(EngineStop) {
        if request.isBinariesOnly, request.isSourceOnly {
            throw EngineStop(
                8, "You have specified both --binaries-only and --source-only.", "You cannot do this.")
        }
        if request.kernels.count != request.architectures.count, request.architectures.count > 1 {
            throw EngineStop(
                1, "If more than one arch is specified on the command line, then there",
                "must be an equal number of kernel versions also specified (1:1 relationship).")
        }
        if !request.kernels.isEmpty, request.all {
            throw EngineStop(
                2, "You cannot specify a kernel version and also specify", "--all on the command line.")
        }
        if !request.architectures.isEmpty, request.all {
            throw EngineStop(3, "You cannot specify an arch and also specify", "--all on the command line.")
        }
    }
}

import Diagnostics
import DkmsConf

/// Whether `MAKE[#]` and the Makefiles fit together, and build for the kernel asked for.
struct MakeReview {
    private let reviewed: ReviewedTree
    private let commands: [MakeWords]

    init(_ reviewed: ReviewedTree) {
        self.reviewed = reviewed
        commands = reviewed.makeCommands
    }

    var findings: [Diagnostic] {
        guard let conf = reviewed.conf else { return [] }
        guard !reviewed.makefiles.isEmpty else {
            return conf.hooks.preBuild != nil || commands.contains { !$0.isMake }
                ? []
                : [
                    .error(
                        "no-makefile", "there is no Makefile or Kbuild in the tree",
                        hint: "add one with obj-m := \(conf.modules.first?.builtName ?? "NAME").o")
                ]
        }
        return unreadVariables + ignoredKernel(conf) + runningKernel + missingModules(conf)
    }

    /// Variables that make and kbuild read themselves.
    private static let known: Set<String> = [
        "M", "MO", "O", "V", "W", "C", "CF", "KERNELRELEASE", "SUBDIRS", "ARCH", "SUBARCH", "CROSS_COMPILE",
        "CC",
        "HOSTCC", "LD", "AR", "NM", "STRIP", "OBJCOPY", "LLVM", "LLVM_IAS", "KCFLAGS", "KCPPFLAGS", "KAFLAGS",
        "CFLAGS", "CPPFLAGS", "LDFLAGS", "CFLAGS_MODULE", "LDFLAGS_MODULE", "EXTRA_CFLAGS",
        "INSTALL_MOD_PATH",
        "INSTALL_MOD_DIR", "INSTALL_MOD_STRIP", "IGNORE_CC_MISMATCH", "MAKEFLAGS", "SHELL", "PATH", "PWD",
    ]

    private var unreadVariables: [Diagnostic] {
        var seen: Set<String> = []
        var findings: [Diagnostic] = []
        for command in commands where !command.runsInKernel {
            for variable in command.variables where seen.insert(variable.name).inserted {
                let name = variable.name
                let isKnown =
                    Self.known.contains(name) || name.hasPrefix("KBUILD_") || name.hasPrefix("CONFIG_")
                guard !isKnown, !isRead(name) else { continue }
                let place = reviewed.confText.assignment(of: "MAKE", index: command.index)
                let message = "MAKE[\(command.index)] passes \(name), which no Makefile reads"
                if let wanted = missedKernel(variable, command) {
                    findings.append(
                        .error(
                            "unread-variable", "\(message): it builds for the running kernel",
                            hint: "pass \(wanted), by which the Makefile goes", at: place))
                    continue
                }
                let read = reviewed.makefiles.reduce(into: Set<String>()) { $0.formUnion($1.variablesRead) }
                let nearest = Spelling.nearest(to: name, in: read.sorted())
                findings.append(
                    .warning(
                        "unread-variable", message,
                        hint: nearest.map { "was \($0) meant?" } ?? "read it in the Makefile, or remove it",
                        at: place))
            }
        }
        return findings
    }

    private func isRead(_ name: String) -> Bool { reviewed.makefiles.contains { $0.reads(name) } }

    /// What has to be passed in place of a variable that was to name the kernel, where no other one of the command does
    /// and a Makefile takes the running one then; nil where the build is for the right one.
    private func missedKernel(_ variable: MakeWords.Variable, _ command: MakeWords) -> String? {
        guard variable.namesKernel,
            !command.variables.contains(where: { $0.namesKernel && isRead($0.name) })
        else { return nil }
        return reviewed.makefiles.filter(Self.isRun).flatMap(\.assignments)
            .first { $0.value.contains("uname -r") }.map { assignment in
                let isFolder = assignment.value.contains("/lib/modules")
                return "\(assignment.name)=\(isFolder ? "$kernel_source_dir" : "$kernelver")"
            }
    }

    /// Where dkms runs make it adds KERNELRELEASE, so a Makefile that reads that one builds for the right kernel.
    private func ignoredKernel(_ conf: DkmsConf) -> [Diagnostic] {
        if let script = conf.hooks.preBuild, MakeWords.namesKernel(script) { return [] }
        return commands.filter { command in
            command.isMake && !command.namesKernel
                && !reviewed.makefiles.contains {
                    $0.variablesRead.contains("KERNELRELEASE") && $0.leadsToKernel
                }
        }.map { command in
            .warning(
                "kernel-ignored", "MAKE[\(command.index)] does not say which kernel to build for",
                hint: "pass $kernel_source_dir or $kernelver in a variable that the Makefile reads",
                at: reviewed.confText.assignment(of: "MAKE", index: command.index))
        }
    }

    /// `uname -r` where nothing that MAKE[#] passes takes its place.
    private var runningKernel: [Diagnostic] {
        // Without MAKE[#], and with `make -C KERNEL`, kbuild reads the Makefile and none of its own rules runs.
        guard !commands.isEmpty, !commands.allSatisfy({ $0.runsInKernel || !$0.runsMake }) else { return [] }
        let passed = Set(commands.filter(\.runsMake).flatMap(\.variables).map(\.name)).union(["KERNELRELEASE"]
        )
        return reviewed.makefiles.filter { Self.isRun($0) }.flatMap { makefile in
            makefile.text.lines.indices.filter { line in
                makefile.text.lines[line].contains("uname -r") && isBuilt(line, makefile, passed)
            }.map { line in
                .warning(
                    "running-kernel", "\(makefile.path) builds for the running kernel",
                    hint:
                        "use a variable in its place, and pass $kernelver or $kernel_source_dir in it with MAKE[0]",
                    at: makefile.text.location(line))
            }
        }
    }

    private static func isRun(_ makefile: Makefile) -> Bool {
        !makefile.path.hasSuffix("configure") && !makefile.path.hasSuffix(".in")
    }

    /// Whether kbuild is sent to the running kernel by a line: by itself, or by way of a variable that isn't passed.
    ///
    /// Other uses, as in rules that install, are none that dkms runs.
    private func isBuilt(_ line: Int, _ makefile: Makefile, _ passed: Set<String>) -> Bool {
        let assignments = makefile.assignments
        guard let own = assignments.first(where: { $0.lines.contains(line) }) else {
            return Self.sendsKbuild(makefile.text.lines[line])
        }
        var pending = [own.name]
        var seen: Set<String> = []
        while let name = pending.popLast() {
            guard !passed.contains(name), seen.insert(name).inserted else { continue }
            for (number, text) in makefile.text.lines.enumerated()
            where number != line && (text.contains("$(\(name)") || text.contains("${\(name)")) {
                if let next = assignments.first(where: { $0.lines.contains(number) }) {
                    pending.append(next.name)
                } else if Self.sendsKbuild(text) {
                    return true
                }
            }
        }
        return false
    }

    private static func sendsKbuild(_ line: String) -> Bool {
        line.contains("-C") || line.contains("--directory")
    }

    private func missingModules(_ conf: DkmsConf) -> [Diagnostic] {
        guard !reviewed.makefiles.contains(where: \.hasComputedObjects) else { return [] }
        let made = reviewed.makefiles.flatMap(\.modules)
        return conf.modules.filter { module in
            let names = ["\(module.builtName).o", "\(module.builtName).ko"]
            return !made.contains(module.builtName)
                && !reviewed.makefiles.contains { makefile in names.contains { makefile.text.hasWord($0) } }
                && !reviewed.patches.contains { patch in names.contains { patch.hasWord($0) } }
        }.map { module in
            let nearest = Spelling.nearest(to: module.builtName, in: made)
            let list =
                made.isEmpty ? "" : "; they make \(Set(made).sorted().prefix(5).joined(separator: ", "))"
            return .error(
                "module-not-made", "no Makefile makes \(module.builtName).ko\(list)",
                hint: nearest.map { "was \($0) meant?" }
                    ?? "correct BUILT_MODULE_NAME[\(module.index)], or add obj-m += \(module.builtName).o",
                at: reviewed.confText.assignment(of: "BUILT_MODULE_NAME", index: module.index))
        }
    }
}

extension Makefile {
    /// Whether it finds the kernel's folder by a variable rather than by what runs.
    fileprivate var leadsToKernel: Bool {
        text.lines.contains { $0.contains("$(KERNELRELEASE)") || $0.contains("${KERNELRELEASE}") }
    }
}

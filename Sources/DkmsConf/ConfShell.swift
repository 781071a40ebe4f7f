import Diagnostics
import Glibc
import Streams
import SystemPackage
import Tools

/// Has bash run a `dkms.conf` and its overrides once and brings back what their directives are then.
struct ConfShell {
    /// Each with a folder in its path, so that bash doesn't look for it along PATH.
    let files: [FilePath]
    /// The tree, in which they run.
    let folder: FilePath
    let context: ConfContext
    /// The variables to bring back.
    let names: [String]

    /// What came of a run that printed anything of ours.
    enum Ending: Equatable {
        /// The files ran to their end.
        case finished
        /// bash could not parse one.
        case syntaxError
        /// `exit`, or an error under `set -e` or `set -u`, ended bash within one.
        case ended(status: Int32)
    }

    struct Result {
        var ending: Ending
        var values = ConfValues()
        /// bash's messages, line by line.
        var messages: [String]
    }

    /// The names to report are arguments: nothing of a file is ever evaluated a second time.
    ///
    /// The files' own output is dropped, ours goes through descriptor 3. Options that they set are undone
    /// before the values are read.
    private static let beginning = #"""
        readonly -a __mkdkms_files=("${@:2:$1}")
        shift $(($1 + 1))
        readonly -a __mkdkms_names=("$@")
        __mkdkms_failed=()
        __mkdkms_next=0
        set --
        shopt -s extglob
        exec 3>&1 1>/dev/null
        builtin printf '%s\0' begin >&3

        """#

    /// Once for each file, at the top level: `break` has no loop to end there, and `declare` no function.
    private static let step = #"""
        builtin source "${__mkdkms_files[__mkdkms_next]}"
        [[ $? == 0 ]] || __mkdkms_failed+=("${__mkdkms_files[__mkdkms_next]}")
        ((__mkdkms_next += 1)) || builtin true

        """#

    private static let end = #"""
        set +eufvx
        trap - EXIT ERR DEBUG RETURN
        IFS=$' \t\n'
        for __mkdkms_name in "${__mkdkms_failed[@]}"; do
            if ! "$BASH" --norc -O extglob -n "$__mkdkms_name" 2>/dev/null; then
                builtin printf '%s\0' syntax >&3
                builtin exit 0
            fi
        done
        for __mkdkms_name in "${__mkdkms_names[@]}" "${!DKMS_DIRECTIVE@}"; do
            builtin declare -n __mkdkms_value=$__mkdkms_name
            for __mkdkms_index in "${!__mkdkms_value[@]}"; do
                builtin printf '%s\0%s\0%s\0' "$__mkdkms_name" "$__mkdkms_index" \
                    "${__mkdkms_value[$__mkdkms_index]}" >&3
            done
        done
        builtin printf '%s\0' end >&3
        builtin exit 0
        """#

    private var shown: String { files.map(\.string).joined(separator: ", ") }

    func run() async throws(Diagnostic) -> Result {
        let script = Self.beginning + String(repeating: Self.step, count: files.count) + Self.end
        let bash =
            ["bash", "--noprofile", "--norc", "-c", script, "bash", String(files.count)]
            + files.map(\.string) + names
        guard context.etcFiles.isEmpty else { return try await runSeeingTarget(bash) }
        return try result(of: try await capture(bash))
    }

    private func runSeeingTarget(_ bash: [String]) async throws(Diagnostic) -> Result {
        let view = try EtcView(context.etcFiles)
        var refusals: [String] = []
        for prefix in view.prefixes(isRoot: geteuid() == 0) {
            let outcome = try await capture(prefix + bash)
            if let result = try? result(of: outcome) { return result }
            let message = String(decoding: outcome.errorOutput, as: UTF8.self)
            refusals += message.split(separator: "\n").prefix(1).map(String.init)
        }
        // The view has to outlast the runs.
        _ = view.folder
        throw .error(
            "no-namespaces",
            "cannot show \(shown) the target's /etc: \(refusals.last ?? "mount namespaces are not allowed here")",
            hint: "allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, or a container with "
                + "CAP_SYS_ADMIN), or evaluate it on the target distribution without --target")
    }

    private func capture(_ command: [String]) async throws(Diagnostic) -> Program.Outcome {
        let path = CallerEnvironment.value("PATH") ?? "/usr/sbin:/usr/bin:/sbin:/bin"
        let program = Program(
            command[0], Array(command.dropFirst()),
            environment: context.variables.merging(["PATH": path, "LC_ALL": "C"]) { _, ours in ours },
            folder: folder)
        let outcome = await Deadline.run(within: context.timeout) { () async throws(Diagnostic) in
            try await program.capture()
        }
        guard let outcome else {
            throw .error(
                "conf-timeout", "\(shown) did not finish within \(context.timeout.components.seconds) s",
                hint: "look for a command in it that waits for input or for another program",
                at: .init(file: shown))
        }
        return try outcome.get()
    }

    /// - Throws: `program-failed` where bash did not even begin with our script.
    private func result(of outcome: Program.Outcome) throws(Diagnostic) -> Result {
        let messages = String(decoding: outcome.errorOutput, as: UTF8.self)
            .split(separator: "\n").map(String.init)
        var fields = outcome.output.split(separator: 0, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard fields.popLast() == "", fields.first == "begin" else {
            throw .error(
                "program-failed", "cannot run bash for \(shown): \(messages.first ?? "it printed nothing")")
        }
        if fields.count == 2, fields[1] == "syntax" {
            return Result(ending: .syntaxError, messages: messages)
        }
        guard fields.count > 1, fields.count % 3 == 2, fields.last == "end" else {
            return Result(ending: .ended(status: outcome.status), messages: messages)
        }
        var result = Result(ending: .finished, messages: messages)
        for start in stride(from: 1, to: fields.count - 1, by: 3) {
            result.values.add(fields[start], index: fields[start + 1], value: fields[start + 2])
        }
        return result
    }
}

package import Diagnostics
import Streams
package import SystemPackage

/// Evaluates a `dkms.conf` for one kernel and target.
///
/// bash runs the file once, in the tree's folder, with a clean environment: PATH, `LC_ALL=C`, and the variables of
/// ``ConfContext``. Values are taken as the file leaves them; dkms expands them a second time, which collapses blanks
/// and runs `$(…)` from quoted text, and is not followed in that.
package enum ConfEvaluator {
    /// - Throws: `no-dkms-conf` where there is no such file; `invalid-conf` with everything that is wrong with it
    ///   as `related`; `conf-timeout`; `no-namespaces` where the target's `/etc` can't be shown; `missing-program`.
    package static func evaluate(
        conf file: FilePath, in context: ConfContext
    ) async throws(Diagnostic) -> DkmsConf {
        let (file, text) = try read(file)
        let shown = file.string
        guard !text.isEmpty else {
            throw invalid(
                file,
                [
                    .error("conf-empty", "the file sets nothing", at: .init(file: shown)),
                    ConfReader.missing("PACKAGE_NAME", shown), ConfReader.missing("PACKAGE_VERSION", shown),
                ])
        }
        let result = try await run(file, context)
        let messages = result.messages.map { ConfMessage($0, file: shown) }
        switch result.ending {
        case .finished: break
        case .syntaxError:
            throw invalid(file, messages.map { $0.diagnostic(.error, "conf-syntax") })
        case .ended(let status):
            var fault = Diagnostic.error(
                "conf-exit", "the file ends the shell that reads it, with status \(status)",
                hint: "remove exit, set -e and set -u from it: dkms sources the file into itself",
                at: text.location(ofWord: "exit"))
            fault.related = messages.map { $0.diagnostic(.note, "conf-message") }
            if let line = messages.last?.line { fault.location?.line = line }
            throw invalid(file, [fault])
        }
        var reader = ConfReader(
            values: result.values, text: text, folder: file.removingLastComponent(),
            kernelRelease: context.kernelRelease ?? "")
        let conf = reader.read(messages: messages)
        guard reader.faults.isEmpty else { throw invalid(file, reader.faults + reader.warnings) }
        return conf
    }

    /// With a version of the caller's, bash reads a copy of the file that has it, and its messages name the file.
    private static func run(_ file: FilePath, _ context: ConfContext) async throws(Diagnostic)
        -> ConfShell.Result
    {
        guard let version = context.packageVersion else {
            return try await ConfShell(file: file, context: context).run()
        }
        let folder = try TemporaryFolder("conf")
        let copy = folder.path.appending("dkms.conf")
        try Files.write(ConfVersion.setting(version, in: try Files.read(file)), to: copy)
        var result = try await ConfShell(file: copy, folder: file.removingLastComponent(), context: context)
            .run()
        result.messages = result.messages.map { $0.replacing(copy.string, with: file.string) }
        // The copy has to outlast the run.
        _ = folder.path
        return result
    }

    private static func read(_ file: FilePath) throws(Diagnostic) -> (file: FilePath, text: ConfText) {
        guard Files.isRegularFile(file), let absolute = try? Files.canonical(file) else {
            throw .error(
                "no-dkms-conf", "there is no \(file)",
                hint: "a DKMS source tree has its dkms.conf in its top folder")
        }
        // Named as the caller did, unless it is a link to a file elsewhere: bash wants a path with a folder.
        let folder = try? Files.canonical(
            file.removingLastComponent().isEmpty ? "." : file.removingLastComponent())
        let path =
            file.lastComponent.flatMap { name in folder.map { $0.appending(name) } } ?? absolute
        let bytes = try Files.read(path)
        guard !bytes.contains(0) else {
            throw invalid(
                path,
                [
                    .error(
                        "conf-binary", "the file holds NUL bytes and is not text",
                        at: .init(file: path.string))
                ])
        }
        return (path, ConfText(String(decoding: bytes, as: UTF8.self), file: path.string))
    }

    private static func invalid(_ file: FilePath, _ faults: [Diagnostic]) -> Diagnostic {
        let count = faults.count { $0.severity == .error }
        return .error(
            "invalid-conf", "\(file) cannot be used: \(count) \(count == 1 ? "fault" : "faults")",
            hint: "correct what is listed", at: .init(file: file.string), related: faults)
    }
}

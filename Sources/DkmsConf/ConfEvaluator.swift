package import Diagnostics
import Streams
package import SystemPackage

/// Evaluates a `dkms.conf` for one kernel and target, and checks it.
///
/// The values are those of a ``ConfRequest`` for that file alone.
package enum ConfEvaluator {
    /// Whether bash may read a file that needs no shell, or may not be used at all.
    package enum Shell: Sendable {
        case whereNeeded, always, never
    }

    /// - Throws: `no-dkms-conf` where there is no such file; `invalid-conf` with everything that is wrong with it
    ///   as `related`; `shell-needed`; `conf-timeout`; `no-namespaces` where the target's `/etc` can't be shown;
    ///   `missing-program`.
    package static func evaluate(
        conf file: FilePath, in context: ConfContext, shell: Shell = .whereNeeded
    ) async throws(Diagnostic) -> DkmsConf {
        let (file, text) = try read(file)
        let shown = file.string
        guard !text.isEmpty else {
            throw invalid(
                file,
                [
                    .error(
                        "conf-empty", "the file sets nothing",
                        hint: "mkdkms init, in a folder without the file, writes one", at: .init(file: shown)),
                    ConfReader.missing("PACKAGE_NAME", shown), ConfReader.missing("PACKAGE_VERSION", shown),
                ])
        }
        let request = ConfRequest(
            files: [file], context: context, mayUseShell: shell != .never, mustUseShell: shell == .always)
        let reading = try await values(request, file)
        var reader = ConfReader(
            values: reading.values, evaluator: reading.evaluator, text: text,
            folder: file.removingLastComponent(), kernelRelease: context.kernelRelease ?? "")
        let conf = reader.read(messages: reading.messages.map(request.message))
        guard reader.faults.isEmpty else { throw invalid(file, reader.faults + reader.warnings) }
        return conf
    }

    /// What keeps bash from reading the file to its end is a fault of the file.
    private static func values(_ request: ConfRequest, _ file: FilePath) async throws(Diagnostic)
        -> ConfReading
    {
        do throws(Diagnostic) {
            return try await request.read()
        } catch {
            switch error.code {
            case "conf-syntax":
                var first = error
                first.related = []
                throw invalid(file, [first] + error.related)
            case "conf-exit": throw invalid(file, [error])
            default: throw error
            }
        }
    }

    private static func read(_ file: FilePath) throws(Diagnostic) -> (file: FilePath, text: ConfText) {
        guard Files.isRegularFile(file), let absolute = try? Files.canonical(file) else {
            throw .noConf(file)
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
                        hint: "save it as plain text, in UTF-8 or ASCII", at: .init(file: path.string))
                ])
        }
        return (path, ConfText(String(decoding: bytes, as: UTF8.self), file: path.string))
    }

    private static func invalid(_ file: FilePath, _ faults: [Diagnostic]) -> Diagnostic {
        let count = faults.count { $0.severity == .error }
        return .error(
            "invalid-conf",
            "this dkms.conf cannot be used: \(count) \(count == 1 ? "fault" : "faults")",
            hint: "correct what is listed", at: .init(file: file.string), related: faults)
    }
}

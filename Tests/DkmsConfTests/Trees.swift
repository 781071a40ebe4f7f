import Diagnostics
import DkmsConf
import Streams
import SystemPackage

/// Evaluates `text` as the dkms.conf of a fresh tree with `files` in it.
func evaluate(
    _ text: String, files: [String] = [], in context: ConfContext = .amd64
) async throws(Diagnostic) -> DkmsConf {
    let folder = try TemporaryFolder("conf-test")
    let conf = folder.path.appending("dkms.conf")
    try Files.write(Array(text.utf8), to: conf)
    for file in files {
        let path = folder.path.pushing(FilePath(file))
        do {
            try Files.makeDirectories(path.removingLastComponent())
        } catch {
            throw .file("create", path, error)
        }
        try Files.write([], to: path)
    }
    let result = await outcome(conf, context)
    // The folder has to outlast the evaluation.
    _ = folder.path
    return try result.get()
}

/// The diagnostic that evaluating `text` throws; nil where it throws none.
func fault(_ text: String, files: [String] = [], in context: ConfContext = .amd64) async -> Diagnostic? {
    do throws(Diagnostic) {
        _ = try await evaluate(text, files: files, in: context)
        return nil
    } catch {
        return error
    }
}

private func outcome(_ conf: FilePath, _ context: ConfContext) async -> Result<DkmsConf, Diagnostic> {
    do throws(Diagnostic) {
        return .success(try await ConfEvaluator.evaluate(conf: conf, in: context))
    } catch {
        return .failure(error)
    }
}

extension ConfContext {
    static let amd64 = ConfContext(kernelRelease: "6.1.0-56-amd64", arch: "x86_64")

    static func kernel(_ release: String) -> ConfContext {
        ConfContext(kernelRelease: release, arch: "x86_64")
    }
}

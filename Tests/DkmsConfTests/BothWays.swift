import Diagnostics
import DkmsConf
import Streams
import SystemPackage

/// What files say without a shell and by bash, each named as an override of the one before.
struct BothWays {
    /// Nil where a file needs a shell.
    let plain: ConfValues?
    let shell: Result<ConfReading, Diagnostic>

    init(_ texts: String..., directives: [String] = [], in context: ConfContext = .amd64) async throws {
        let folder = try TemporaryFolder("both-ways")
        var files: [FilePath] = []
        for (number, text) in texts.enumerated() {
            let file = folder.path.appending("\(number).conf")
            try Files.write(Array(text.utf8), to: file)
            files.append(file)
        }
        var request = ConfRequest(files: files, context: context, directives: directives)
        plain = request.readPlainly()
        request.mustUseShell = true
        do throws(Diagnostic) {
            shell = .success(try await request.read())
        } catch {
            shell = .failure(error)
        }
        // The files have to outlast the readings.
        _ = folder.path
    }

    var shellValues: ConfValues? { try? shell.get().values }
}

/// What a text says without a shell; nil where it needs one.
func plainValues(_ text: String, in context: ConfContext = .amd64) throws -> ConfValues? {
    let folder = try TemporaryFolder("plain")
    let file = folder.path.appending("dkms.conf")
    try Files.write(Array(text.utf8), to: file)
    let values = ConfRequest(files: [file], context: context).readPlainly()
    _ = folder.path
    return values
}

package import Diagnostics
import Streams
package import SystemPackage
import Tools

/// A folder of .rpm files as a repository that dnf, yum and zypper read.
///
/// createrepo_c writes what is in it; a signature vouches for that.
package struct DnfRepository {
    private static let program = "createrepo_c"

    private let folder: FilePath
    private let epoch: Int64
    private let signer: OpenPGPSigner?

    /// - Parameter settings: their epoch dates the repository, their signer signs it.
    package init(_ folder: FilePath, _ settings: ReleaseSettings) {
        self.folder = folder
        epoch = settings.epoch
        signer = settings.packageSigner
    }

    /// To be asked before anything is built.
    ///
    /// - Throws: `missing-program`; `unsigned-repository` where a repository that is signed would be written without a key.
    package static func check(_ folder: FilePath, hasKey: Bool) throws(Diagnostic) {
        try checkTools()
        if !hasKey {
            try OpenPGPSigner.demandKey(over: folder.appending("repodata").appending("repomd.xml.asc"))
        }
    }

    /// - Throws: `missing-program`.
    static func checkTools() throws(Diagnostic) {
        guard Program.find(program) == nil else { return }
        throw .error(
            "missing-program", "a dnf repository is made by \(program), which is not installed",
            hint:
                "install it: apt-get install createrepo-c, dnf install createrepo_c, zypper install createrepo_c"
        )
    }

    /// Writes `repodata/` and, where there is a key, `repomd.xml.asc` and `repomd.xml.key` in it.
    package func write() async throws(Diagnostic) {
        let repodata = folder.appending("repodata")
        do {
            for name in try Files.names(in: folder) where name.hasSuffix(".rpm") {
                // The repository tells the times of its files.
                try Files.setModified(folder.appending(name), epoch)
            }
            // What an earlier run signed is not what is written now.
            if Files.exists(repodata) { try Files.removeTree(repodata) }
        } catch {
            throw .file("prepare", folder, error)
        }
        let outcome = try await Program(
            Self.program,
            [
                "--quiet", "--no-database", "--general-compress-type=gz", "--revision", String(epoch),
                "--set-timestamp-to-revision", folder.string,
            ]
        ).capture()
        guard outcome.status == 0 else {
            let said = String(decoding: outcome.errorOutput, as: UTF8.self)
                .split(whereSeparator: \.isNewline).last.map { ": \($0)" }
            throw .error(
                "repository-failed", "\(Self.program) made no repository of \(folder)\(said ?? "")",
                hint: "run it by itself to see what it says: \(Self.program) \(folder)")
        }
        guard let signer else { return }
        let list = repodata.appending("repomd.xml")
        try Files.write(
            try await signer.detach(list, armor: true), to: repodata.appending("repomd.xml.asc"))
        try Files.write(try await signer.publicKey(), to: repodata.appending("repomd.xml.key"))
    }
}

package import Diagnostics
import Streams
package import SystemPackage
import Tools

/// A folder of .rpm files as a repository that dnf and zypper read: `repodata/`, made by createrepo_c.
///
/// All packages of the folder are in it, those of earlier releases too.
package struct DnfRepository {
    private let folder: FilePath
    private let epoch: Int64
    private let signer: OpenPGPSigner?

    /// - Parameter settings: their epoch dates the repository, their signer signs it; without one its users have to say
    ///   `repo_gpgcheck=0`.
    package init(_ folder: FilePath, _ settings: ReleaseSettings) {
        self.folder = folder
        epoch = settings.epoch
        signer = settings.packageSigner
    }

    /// Writes `repodata/` and, where there is a key, `repomd.xml.asc` beside the `repomd.xml` in it, and `repomd.xml.key`, which
    /// zypper looks for.
    ///
    /// - Throws: `missing-program` without createrepo_c; `repository-failed` with what it says.
    package func write() async throws(Diagnostic) {
        guard Program.find("createrepo_c") != nil else {
            throw .error(
                "missing-program", "createrepo_c is not installed, so \(folder) is no repository for dnf yet",
                hint: "install createrepo-c (Debian) or createrepo_c (Fedora), and run: createrepo_c \(folder)")
        }
        // A signature of an earlier run is not for what is written now.
        let data = folder.appending("repodata")
        for name in ["repomd.xml.asc", "repomd.xml.key"] where Files.exists(data.appending(name)) {
            try Files.removeFile(data.appending(name))
        }
        let outcome = try await Program(
            "createrepo_c",
            [
                "--quiet", "--no-database", "--general-compress-type=gz", "--revision=\(epoch)",
                "--set-timestamp-to-revision", folder.string,
            ]
        ).capture()
        guard outcome.status == 0 else {
            let said = String(decoding: outcome.errorOutput, as: UTF8.self).split(whereSeparator: \.isNewline)
            throw .error(
                "repository-failed", "createrepo_c did not make a repository of \(folder)",
                hint: said.last.map { "it says: \($0)" } ?? "it ended with \(outcome.status)")
        }
        guard let signer else { return }
        let index = data.appending("repomd.xml")
        try Files.write(
            try await signer.detach(index, armor: true), to: data.appending("repomd.xml.asc"))
        try Files.write(try await signer.publicKey(), to: data.appending("repomd.xml.key"))
    }
}

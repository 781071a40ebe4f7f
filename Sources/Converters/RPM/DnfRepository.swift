import Diagnostics
import RPMFormat
import Streams
import SystemPackage
import Tools

/// A folder of .rpm files as a repository that dnf, yum and zypper read.
///
/// createrepo_c writes what is in it; a signature vouches for that. The lists are called by their digests, and those of the
/// previous repository stay: clients that have just read its `repomd.xml` still find what that names.
struct DnfRepository: PackageRepository {
    private static let program = "createrepo_c"
    private static let main = "repodata/repomd.xml"

    let folder: FilePath
    private let epoch: Int64
    private let signer: OpenPGPSigner?

    init(_ folder: FilePath, _ settings: ReleaseSettings) {
        self.folder = folder
        epoch = settings.epoch
        signer = settings.packageSigner
    }

    static func isAt(_ folder: FilePath) -> Bool { Files.isRegularFile(folder.pushing(FilePath(main))) }

    static func check(_ folder: FilePath, hasKey: Bool) throws(Diagnostic) {
        try checkTools()
        if !hasKey { try OpenPGPSigner.demandKey(over: folder.pushing(FilePath("\(main).asc"))) }
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

    func prepare(in stage: FilePath) async throws(Diagnostic) -> RepositoryIndex {
        // The packages side by side, as they are going to be.
        var index = RepositoryIndex()
        let view = stage.appending(".packages")
        do {
            try Files.makeDirectories(view)
            let packages = try readable(try files(with: stage, ending: ".rpm"), &index) {
                (name, path) throws(Diagnostic) in
                // createrepo_c passes over what is none without a word.
                _ = try RPMReader(path)
                return (name, path)
            }
            for (name, path) in packages {
                // The repository tells the times of its files; those of earlier releases stay as they are.
                if path.starts(with: stage) { try Files.setModified(path, epoch) }
                try Files.makeSymbolicLink(view.appending(name), to: try Files.canonical(path).string)
            }
        } catch let error as Diagnostic {
            throw error
        } catch {
            throw .file("prepare", folder, (error as? Errno) ?? .ioError)
        }
        try await list(view)
        let made: [String]
        do {
            try Files.rename(view.appending("repodata"), to: stage.appending("repodata"))
            made = try Files.names(in: stage.appending("repodata")).map { "repodata/\($0)" }
        } catch {
            throw .file("prepare", folder, error)
        }
        var files = made.filter { $0 != Self.main }
        if let signer {
            let list = stage.pushing(FilePath(Self.main))
            let signature = try await signer.detach(list, armor: true)
            let contents = [
                ("\(Self.main).key", try await signer.publicKey()), ("\(Self.main).asc", signature),
            ]
            for (name, bytes) in contents { try Files.write(bytes, to: stage.pushing(FilePath(name))) }
            files += contents.map(\.0)
        }
        files.append(Self.main)
        index.files = files
        index.obsolete = try obsolete(files)
        return index
    }

    private func list(_ view: FilePath) async throws(Diagnostic) {
        let outcome = try await Program(
            Self.program,
            [
                "--quiet", "--no-database", "--general-compress-type=gz", "--revision", String(epoch),
                "--set-timestamp-to-revision", view.string,
            ]
        ).capture()
        guard outcome.status == 0 else {
            let said = String(decoding: outcome.errorOutput, as: UTF8.self)
                .split(whereSeparator: \.isNewline).last.map { ": \($0)" }
            throw .error(
                "repository-failed", "\(Self.program) made no repository of \(folder)\(said ?? "")",
                hint: "run it by itself to see what it says: \(Self.program) \(folder)")
        }
    }

    /// Lists that neither this repository nor the one before names, and a signature over another list.
    private func obsolete(_ files: [String]) throws(Diagnostic) -> [String] {
        let previous = try previous(Self.main) ?? ""
        let lists = ((try? Files.names(in: folder.appending("repodata"))) ?? []).filter { name in
            name.wholeMatch(of: /[0-9a-f]{64}-.*/) != nil && !previous.contains("\"repodata/\(name)\"")
        }
        let signature = Files.exists(folder.pushing(FilePath("\(Self.main).asc"))) ? ["\(Self.main).asc"] : []
        return (lists.map { "repodata/\($0)" } + signature).filter { !files.contains($0) }
    }
}

import Archive
import Compression
import Diagnostics
import RPMFormat
import SourceTree
import Streams
import SystemPackage

/// Files as a source of a package: `FOLDER.tar.gz` with that one folder.
struct SourceTarball {
    let name: String
    let folder: String
    let files: FileList
    private let compression: CompressionSettings

    /// - Parameter files: with the folder in front.
    private init(folder: String, files: FileList, _ settings: ReleaseSettings) {
        self.folder = folder
        self.files = files
        compression = settings.archiveCompression ?? CompressionSettings(.gz, threads: settings.threads)
        name = "\(folder).tar\(compression.format.suffix)"
    }

    /// The tree, in `N-V`.
    ///
    /// - Parameter installed: the tree as it is installed, below `usr/src`.
    init(_ release: DriverRelease, tree installed: FileList) {
        self.init(
            folder: release.identity.folderName, files: installed.beneath("usr/src"), release.settings)
    }

    /// The files of a package, each beneath `NAME-V` as it is installed beneath the root.
    init(_ release: DriverRelease, of package: RPMPackage) throws(Diagnostic) {
        let folder = "\(package.name)-\(package.version)"
        self.init(
            folder: folder,
            files: try package.files.moved(under: folder).addingParents(mtime: release.settings.epoch),
            release.settings)
    }

    func write(to path: FilePath) throws(Diagnostic) {
        try TarWriter.write(files, into: try Compressor(compression, into: try OutputFile(path))).finish()
            .commit()
    }
}

/// The tarball by itself, for building from it after editing the spec file.
struct SourceTarballPlan: ArtifactPlan {
    let tarball: SourceTarball

    var artifact: ArtifactName {
        ArtifactName(file: tarball.name, format: "rpm", kind: "skeleton", kernels: [])
    }

    var outline: [String] { tarball.files.map(\.path) }

    func write(to path: FilePath) throws(Diagnostic) { try tarball.write(to: path) }
}

/// A text of the licence that the tarball lacks, as it is.
struct SourceFilePlan: ArtifactPlan {
    let name: String
    let text: [UInt8]

    var artifact: ArtifactName { ArtifactName(file: name, format: "rpm", kind: "skeleton", kernels: []) }

    var outline: [String] { ["(a text of the licence)"] }

    func write(to path: FilePath) throws(Diagnostic) { try Files.write(text, to: path) }
}

/// A text beside the tarball, which is for editing: the spec file, and what goes with it.
struct SkeletonFilePlan: ArtifactPlan {
    let name: String
    let what: String
    let content: SkeletonText

    var artifact: ArtifactName { ArtifactName(file: name, format: "rpm", kind: "skeleton", kernels: []) }

    var outline: [String] { ["(\(what))"] }

    /// - Throws: `edited-skeleton` rather than write over what somebody changed.
    func check(at path: FilePath) throws(Diagnostic) {
        guard Files.exists(path) else { return }
        let found = try Files.read(path)
        guard found != Array(content.text.utf8), !SkeletonText.isUnedited(found) else { return }
        guard SkeletonText.hasRecord(found) else {
            throw .error(
                "edited-skeleton",
                "\(path) is there already and differs, and its first line is no record of how it was written",
                hint:
                    "remove the file if nobody has edited it, else give another folder with -o and compare the two"
            )
        }
        throw .error(
            "edited-skeleton", "\(path) is there already, and is not as mkdkms wrote it",
            hint: "give another folder with -o and compare the two, or remove the file")
    }

    func write(to path: FilePath) throws(Diagnostic) {
        try check(at: path)
        try Files.write(Array(content.text.utf8), to: path)
    }
}

/// A .src.rpm, whose tarballs are made when it is written.
struct RPMSourcePlan: ArtifactPlan {
    let plan: RPMPlan
    let tarballs: [SourceTarball]

    var artifact: ArtifactName { plan.artifact }
    var signer: OpenPGPSigner? { plan.signer }

    var outline: [String] { plan.package.files.map(\.path) }

    func write(to path: FilePath) async throws(Diagnostic) {
        // Beside the package, where there has to be room for it anyway.
        let work = try TemporaryFolder("source", in: path.removingLastComponent())
        var contents: [String: FileContent] = [:]
        for tarball in tarballs {
            let file = work.path.appending(tarball.name)
            try tarball.write(to: file)
            do {
                contents[tarball.name] = .onDisk(file, size: try Files.status(file).size)
            } catch {
                throw .file("read", file, error)
            }
        }
        var whole = plan.package
        whole.files = try FileList(
            plan.package.files.map { entry in
                var entry = entry
                if let content = contents[entry.path] { entry.kind = .file(content) }
                return entry
            })
        try await plan.write(whole, to: path)
        _ = consume work
    }
}

import Archive
import Compression
import Diagnostics
import RPMFormat
import SourceTree
import Streams
import SystemPackage

/// The tree as the sources of a package: `N-V.tar.gz` with the one folder `N-V`.
struct SourceTarball {
    let name: String
    let files: FileList
    private let compression: CompressionSettings

    /// - Parameter installed: the tree as it is installed, below `usr/src`.
    init(_ release: DriverRelease, _ installed: FileList) throws(Diagnostic) {
        files = installed.beneath("usr/src")
        compression =
            release.settings.archiveCompression
            ?? CompressionSettings(.gz, threads: release.settings.threads)
        name = "\(release.identity.folderName).tar\(compression.format.suffix)"
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

/// The spec file by itself, which is for editing.
struct SpecFilePlan: ArtifactPlan {
    let name: String
    let text: String

    var artifact: ArtifactName { ArtifactName(file: name, format: "rpm", kind: "skeleton", kernels: []) }

    var outline: [String] { ["(the spec file)"] }

    /// - Throws: `edited-skeleton` rather than write over what somebody changed.
    func write(to path: FilePath) throws(Diagnostic) {
        try check(at: path)
        try Files.write(Array(text.utf8), to: path)
    }
}

/// A .src.rpm, whose tarball is made when it is written.
struct RPMSourcePlan: ArtifactPlan {
    let plan: RPMPlan
    let tarball: SourceTarball
    func check(at path: FilePath) throws(Diagnostic) {
        guard Files.exists(path), try Files.read(path) != Array(text.utf8) else { return }
        throw .error(
            "edited-skeleton", "\(path) is there already and differs from what would be written",
            hint: "give another folder with -o and compare the two, or remove the file")
    }


    var artifact: ArtifactName { plan.artifact }

    var outline: [String] { plan.package.files.map(\.path) }

    func write(to path: FilePath) async throws(Diagnostic) {
        // Beside the package, where there has to be room for it anyway.
        let work = try TemporaryFolder("source", in: path.removingLastComponent())
        let file = work.path.appending(tarball.name)
        try tarball.write(to: file)
        var whole = plan.package
        do {
            let size = try Files.status(file).size
            whole.files = try FileList(
                plan.package.files.map { entry in
                    var entry = entry
                    if entry.path == tarball.name { entry.kind = .file(.onDisk(file, size: size)) }
                    return entry
                })
    var signer: OpenPGPSigner? { plan.signer }
        } catch let error as Diagnostic {
            throw error
        } catch {
            throw .file("read", file, (error as? Errno) ?? .ioError)
        }
        try await plan.write(whole, to: path)
        _ = consume work
    }
}

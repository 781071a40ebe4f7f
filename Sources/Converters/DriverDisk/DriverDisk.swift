import Archive
package import Diagnostics
import DkmsConf
import Kbuild
import Kernels
import Streams
import SourceTree
import SystemPackage

/// A driver update disk, from which the installer of Red Hat's distributions takes modules before it has a system.
///
/// An ISO 9660 volume called OEMDRV with a file `rhdd3` and, per architecture, a repository in `rpms/` (Red Hat's
/// installation guide, "Driver updates"; ddiskit writes the same).
package struct DriverDisk: Sendable {
    private static let marker = "Driver Update Disk version 3\n"

    private let given: Production

    /// - Parameter production: gives the modules; its output is where the disk goes.
    package init(_ production: Production) { given = production }

    /// Builds the kmod packages, makes a repository of them and writes the disk.
    ///
    /// - Throws: `missing-program` without createrepo_c; `repository-failed`; `bad-target`; what a production throws.
    package func make() async throws(Diagnostic) -> ProductionResult {
        let dist = try Self.dist(given.settings.target)
        let isWritten = !given.isDryRun
        if isWritten { try DnfRepository.checkTools() }
        // The packages have an output of their own, which is what their production looks at.
        try given.checkOutput()
        let conf = try await given.tree.evaluate(in: .anyKernel(target: given.build.target))
        let identity = try given.tree.identity(conf)
        let production = try given.dated(identity)
        let converter = RPMKmodConverter()
        let naming = try production.locatingRevision { () throws(Diagnostic) in
            try PackageNaming(
                name: identity.name, version: identity.version,
                revision: production.revision(of: identity, for: [converter]))
        }
        let suffix = naming.revision.hasSuffix(".\(dist)") ? "" : ".\(dist)"
        let work = try TemporaryFolder("driverdisk")
        var packages = production
        packages.output = work.path.appending("packages")
        let result = try await packages.run([converter])
        let name = ArtifactName(
            file: "dd-\(identity.name)-\(naming.full)\(suffix).iso", format: "iso", kind: "driverdisk",
            kernels: result.plans.flatMap(\.artifact.kernels))
        let names = result.plans.map(\.artifact.file)
        guard !names.isEmpty else { return result }
        guard isWritten else {
            let plan = DriverDiskPlan(
                artifact: name, files: try Self.files(names, nil), epoch: production.settings.epoch)
            return ProductionResult(artifacts: [], units: result.units, plans: [plan])
        }
        let disk = work.path.appending("disk")
        try await Self.fill(disk, names, from: packages.output, production.settings)
        let plan = DriverDiskPlan(
            artifact: name, files: try Self.files([], try FileList(folder: disk)),
            epoch: production.settings.epoch)
        try production.makeOutput()
        let path = production.output.appending(name.file)
        try plan.write(to: path)
        return ProductionResult(
            artifacts: [try Artifact(name, at: path)], units: result.units, plans: [plan])
    }

    /// `el9` and the like: part of the disk's name.
    private static func dist(_ target: Distribution?) throws(Diagnostic) -> String {
        // SUSE's installer takes disks of another form.
        guard let target, target.sharedModules == .weakModules, !target.version.isEmpty else {
            throw .error(
                "bad-target", "a driver disk is for one release of a distribution with Red Hat's installer",
                hint: "say which, for example: --target el:9", status: .usage)
        }
        return "\(target.name.rawValue)\(target.version)"
    }

    /// The architecture of a package by its file's name; what is for any goes to all.
    private static func architecture(_ file: String) -> String {
        file.split(separator: ".").dropLast().last.map(String.init) ?? ""
    }

    private static func folders(_ names: [String]) -> [String: [String]] {
        let architectures = Set(names.map(architecture)).subtracting(["noarch"])
        return Dictionary(
            uniqueKeysWithValues: architectures.map { each in
                (each, names.filter { [each, "noarch"].contains(architecture($0)) })
            })
    }

    /// Lays packages out and makes a repository of each architecture's; the packages are signed, not what lists them.
    private static func fill(
        _ disk: FilePath, _ names: [String], from folder: FilePath, _ settings: ReleaseSettings
    ) async throws(Diagnostic) {
        var settings = settings
        settings.packageSigner = nil
        for (architecture, files) in folders(names).sorted(by: { $0.key < $1.key }) {
            let place = disk.appending("rpms").appending(architecture)
            for file in files {
                let packed = place.appending(file)
                try Files.copyWhole(folder.appending(file), to: packed)
                do {
                    try Files.setModified(packed, settings.epoch)
                } catch {
                    throw .file("write", packed, error)
                }
            }
            try await DnfRepository(place, settings).write()
        }
    }

    /// What is on the disk: the marker, and what was laid out or, before that, what is planned.
    private static func files(_ names: [String], _ laidOut: FileList?) throws(Diagnostic) -> FileList {
        let planned = folders(names).flatMap { architecture, files in
            (files + ["repodata/repomd.xml"]).map {
                FileEntry(
                    path: "rpms/\(architecture)/\($0)", kind: .file(.bytes([])), permissions: 0o444,
                    modified: 0)
            }
        }
        let mark = FileEntry(path: "rhdd3", kind: .file(.text(marker)), permissions: 0o444, modified: 0)
        return try FileList([mark] + planned + (laidOut?.entries ?? []))
    }
}

/// A driver disk about to be written.
struct DriverDiskPlan: ArtifactPlan {
    let artifact: ArtifactName
    let files: FileList
    let epoch: Int64

    var outline: [String] { files.map { "/\($0.path)" } }

    func write(to path: FilePath) throws(Diagnostic) {
        try ISOWriter.write(files, volume: "OEMDRV", epoch: epoch, to: path)
    }
}

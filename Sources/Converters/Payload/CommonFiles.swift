import Archive
import Diagnostics
import KernelModule
import Kernels
import Settings
import SourceTree

/// The files beside a module as one package of a distribution has them.
struct CommonFiles {
    let placements: [PayloadPlacement]
    private let epoch: Int64
    /// What a folder that belongs to the project is called.
    private let ownNames: Set<String>

    /// - Parameter documents: the files that the package of the source has besides that, where it is another one.
    init(
        _ release: DriverRelease, in packages: Distribution.PackageFormat, for target: Distribution?,
        beside documents: [String] = []
    ) throws(Diagnostic) {
        var placements: [PayloadPlacement] = []
        let taken = TakenPlaces(release, documents: documents)
        for file in release.project.files {
            if let placement = try PayloadPlacement(file, in: packages, for: target) {
                try taken.check(placement)
                placements.append(placement)
            }
        }
        try Self.refuseCollisions(placements)
        self.placements = placements
        epoch = release.settings.epoch
        ownNames = [release.identity.name, release.naming.name]
    }

    /// A place has one file, and one that is a folder has none.
    private static func refuseCollisions(_ placements: [PayloadPlacement]) throws(Diagnostic) {
        var first: [String: PayloadPlacement] = [:]
        var faults: [Diagnostic] = []
        for placement in placements {
            if let other = first[placement.merged] {
                faults.append(collision(placement, other, "/\(placement.path) has a file already"))
            } else {
                first[placement.merged] = placement
            }
        }
        for placement in placements {
            var folder = placement.merged[...]
            while let slash = folder.lastIndex(of: "/") {
                folder = folder[..<slash]
                guard let other = first[String(folder)] else { continue }
                faults.append(
                    collision(
                        placement, other, "/\(placement.path) needs a folder where /\(folder) is a file"))
            }
        }
        guard let fault = faults.first else { return }
        guard faults.count > 1 else { throw fault }
        throw .error(
            "same-destination", "files beside the module are in each other's places",
            hint: "give each a name or destination of its own", related: faults)
    }

    private static func collision(
        _ placement: PayloadPlacement, _ other: PayloadPlacement, _ message: String
    ) -> Diagnostic {
        let line = other.file.place?.line.map { ", that of line \($0)" } ?? ""
        return .error(
            "same-destination", message + line, hint: "give one of them another name or destination",
            at: placement.file.place)
    }

    var entries: [FileEntry] {
        placements.map {
            FileEntry(
                path: $0.path, kind: .file($0.file.content), permissions: $0.permissions, modified: epoch)
        }
    }

    /// The files as those of a package that has others besides.
    ///
    /// - Throws: `bad-destination` for one in whose place the package has something of its own.
    func joined(with others: FileList) throws(Diagnostic) -> FileList {
        let all = others.addingParents(mtime: epoch)
        for placement in placements {
            var taken = all[path: placement.path]?.path
            var folder = placement.path[...]
            while taken == nil, let slash = folder.lastIndex(of: "/") {
                folder = folder[..<slash]
                if let entry = all[path: String(folder)], entry.kind != .directory { taken = entry.path }
            }
            guard let taken else { continue }
            throw .error(
                "bad-destination",
                taken == placement.path
                    ? "/\(taken) is a file or folder that the package has itself"
                    : "/\(placement.path) needs a folder where the package itself has /\(taken)",
                hint: "give the file another name or destination", at: placement.file.place)
        }
        return try FileList(entries).merging(others)
    }

    /// The folders that no other package has: those called as the project is, and what is beneath them.
    var ownFolders: [FileEntry] {
        var folders: Set<String> = []
        for placement in placements {
            let parts = placement.path.split(separator: "/").dropLast()
            guard let first = parts.firstIndex(where: { ownNames.contains(String($0)) }) else { continue }
            for end in first..<parts.endIndex { folders.insert(parts[...end].joined(separator: "/")) }
        }
        return folders.sorted().map {
            FileEntry(path: $0, kind: .directory, permissions: 0o755, modified: epoch)
        }
    }

    var configurations: [String] { placements.filter(\.isConfiguration).map(\.path).sorted() }

    /// The kinds of files that there are, in the words of the settings file.
    var roles: [PayloadFile.Role] {
        PayloadFile.Role.allCases.filter { role in placements.contains { $0.file.role == role } }
    }

    func has(_ roles: PayloadFile.Role...) -> Bool { placements.contains { roles.contains($0.file.role) } }

    /// The architecture that the programs among the files are for; nil where none of them is an ELF file.
    ///
    /// Firmware runs elsewhere, whatever it looks like.
    /// - Throws: `mixed-architectures`; `unknown-architecture`.
    func architecture() throws(Diagnostic) -> Architecture? {
        var found: (architecture: Architecture, path: String)?
        for placement in placements where placement.file.role != .firmware {
            let content = placement.file.content
            guard try content.start(4).elementsEqual([0x7F, 0x45, 0x4C, 0x46]) else { continue }
            guard let name = ElfArchitecture.name(of: try content.readAll()),
                let own = Architecture(named: name)
            else {
                throw .error(
                    "unknown-architecture",
                    "/\(placement.path) is an ELF file for a machine that packages have no name for",
                    hint: "leave it out with ship: false, or ship it as firmware if it is that",
                    at: placement.file.place)
            }
            if let found, found.architecture != own {
                throw .error(
                    "mixed-architectures",
                    "/\(found.path) is for \(found.architecture.kernelName) and /\(placement.path) for \(own.kernelName)",
                    hint:
                        "one package is for one architecture: make a release for each, with settings of its own",
                    at: placement.file.place)
            }
            found = found ?? (own, placement.path)
        }
        return found?.architecture
    }
}

import Diagnostics
import SystemPackage
import Streams
import Testing

/// Who may import whom: the order of docs/architecture.md, held over the sources themselves.
@Suite struct LayerTests {
    private let sources: SourceRooms

    init() throws { sources = try SourceRooms("Sources") }

    /// The rooms from the bottom up; a room sees lower layers only, and the rooms of its own that are listed before it.
    private static let layers: [[String]] = [
        ["Diagnostics"], ["Streams"], ["Archive", "Compression", "Cryptography", "Tools", "Terminal"],
        ["TarballFormat", "BundleFormat", "DebFormat", "RPMFormat", "Templates", "DkmsConf"],
        ["SourceTree", "Settings"],
        ["Inputs"], ["Kernels"], ["KernelModule"], ["Kbuild"], ["Converters", "Lifecycle", "Inspection"],
        ["Review"], ["Commands"], ["mkdkms"],
    ]

    @Test func everyRoomHasItsLayer() {
        #expect(sources.rooms == Set(Self.layers.joined()))
    }

    @Test func importsNeverGoUpwardsOrSideways() {
        let level = Dictionary(
            uniqueKeysWithValues: Self.layers.enumerated().flatMap { level, rooms in
                rooms.map { ($0, level) }
            })
        for file in sources.files {
            for other in file.imports {
                guard let own = level[file.room], let seen = level[other], other != file.room else {
                    continue
                }
                #expect(seen < own, "\(file.path) imports \(other)")
            }
        }
    }

    /// What may be imported by certain rooms only: C libraries by their wrapper, others where their face is.
    @Test(
        arguments: [
            ("CArchive", ["Archive"]), ("CZlib", ["Compression"]), ("CLzma", ["Compression"]),
            ("CZstd", ["Compression"]), ("CCrypto", ["Cryptography"]), ("CYaml", ["Settings"]),
            ("CLinux", ["Streams", "Tools"]), ("CPkcs11", ["Cryptography"]),
            ("Subprocess", ["Tools"]), ("ArgumentParser", ["Commands"]), ("Terminal", ["Commands"]),
            ("Foundation", []),
        ])
    func staysInItsRoom(_ module: String, _ rooms: [String]) {
        for file in sources.files where file.imports.contains(module) {
            #expect(rooms.contains(file.room), "\(file.path) imports \(module)")
        }
        if !rooms.isEmpty {
            #expect(sources.files.contains { $0.imports.contains(module) }, "nothing imports \(module)")
        }
    }

    /// The folders of Converters from the bottom up; what lies in none of them is the room's own, and may be used by all.
    private static let converterFolders: [[Substring]] = [
        ["Metadata", "Modules"], ["Signing", "Payload", "Repository", "Skeleton"],
        ["Tarball", "Bundle", "Deb", "RPM", "Arch", "Alpine"],
        // It runs the converters, whichever they are; the last has it make the packages of a disk.
        ["Production"], ["DriverDisk"],
    ]

    /// No converter knows another, and what several of them need knows none.
    @Test func foldersOfConvertersSeeLowerOnes() {
        let level = Dictionary(
            uniqueKeysWithValues: Self.converterFolders.enumerated().flatMap { level, folders in
                folders.map { ($0, level) }
            })
        let files = sources.files.filter { $0.room == "Converters" && $0.folder != nil }
        #expect(Set(files.compactMap(\.folder)) == Set(level.keys))
        var owners: [Substring: Substring] = [:]
        for file in files {
            for type in file.types { owners[type] = file.folder }
        }
        #expect(owners.count > 40)
        for file in files {
            for word in file.words {
                guard let folder = file.folder, let owner = owners[word], owner != folder,
                    let own = level[folder], let seen = level[owner]
                else { continue }
                #expect(seen < own, "\(file.path) names \(word)")
            }
        }
    }

    /// What a file imports, its target names in the manifest: without it the build depends on luck.
    @Test func everyImportIsDeclared() throws {
        let manifest = try Files.readText(SourceRooms.project.appending("Package.swift"))
        let own = sources.rooms
        for room in own where room != "mkdkms" {
            let declaration = try #require(
                manifest.firstMatch(of: try Regex("room\\(\\s*\"\(room)\",\\s*\\[([^\\]]*)\\]")))
            let declared = Set(
                (declaration.output[1].substring ?? "").matches(of: /"(\w+)"/).map { String($0.1) })
            let imported = sources.files.filter { $0.room == room }.reduce(into: Set<String>()) {
                $0.formUnion($1.imports)
            }
            #expect(imported.intersection(own).subtracting(declared).isEmpty, "\(room)")
            #expect(declared.subtracting(imported).isEmpty, "\(room) names rooms that it doesn't import")
        }
    }
}

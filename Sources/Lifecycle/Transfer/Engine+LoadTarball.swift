import Archive
import Diagnostics
import Streams
import SystemPackage
import TarballFormat
import Tools

extension Engine {
    /// `ldtarball`: brings a tarball's source and builds into the dkms tree (dkms 3.4.3, `load_tarball`).
    mutating func loadTarballAndAdd() async throws(EngineStop) -> Int32 {
        guard let archive = request.archive, Files.exists(FilePath(archive)) else {
            throw EngineStop(2, "\(request.archive ?? "") does not exist.")
        }
        if archive.hasSuffix(".rpm") { return try await installPackage(archive) }
        try await loadTarball()
        // The builds alone may have been what was missing, or there may be no source to add.
        if !tree.isAdded(package) { try await addPackage() }
        return 0
    }

    private mutating func installPackage(_ file: String) async throws(EngineStop) -> Int32 {
        let status = try? await Program("rpm", ["-Uvh", file], environment: CallerEnvironment.all())
            .attached(to: .terminal)
        guard status == 0 else {
            throw EngineStop(
                9, "Unable to install \(file) using rpm.",
                "Check to ensure that your system can install .rpm files.")
        }
        _ = try await autoinstall()
        return 0
    }

    /// Unpacks the archive of the request; afterwards the request is about what was in it.
    mutating func loadTarball() async throws(EngineStop) {
        guard let archive = request.archive, Files.exists(FilePath(archive)) else {
            throw EngineStop(2, "\(request.archive ?? "") does not exist.")
        }
        let location = FilePath(settings.temporaryFolder)
        let folder = try stopping { () throws(Diagnostic) in
            try TemporaryFolder("ldtarball", in: location)
        }
        try stopping { () throws(Diagnostic) in
            var reader = try ArchiveReader(file: FilePath(archive))
            try ArchiveExtraction(into: folder.path).extract(&reader)
        }
        try await load(folder.path, archive)
        // What was unpacked is needed until here.
        _ = folder.path
    }

    private mutating func load(_ unpacked: FilePath, _ archive: String) async throws(EngineStop) {
        let main = unpacked.appending("dkms_main_tree")
        guard Files.isDirectory(main) else {
            guard let conf = Self.findConf(beneath: unpacked) else {
                throw EngineStop(
                    3,
                    "Tarball does not appear to be a correctly formed DKMS archive. No dkms.conf found within it."
                )
            }
            return try await addSourceFolder(conf.removingLastComponent().string)
        }
        let location = try await recognise(unpacked, archive)
        console.say("")
        console.say("Loading tarball for \(package)")
        if location == "dkms_source_tree" {
            try await addSourceFolder(unpacked.appending(location).string)
        } else if !Files.isDirectory(tree.sourceFolder(package)) {
            try loadConfOnly(unpacked.appending(location).appending("dkms.conf"))
        }
        try await loadBuilds(main)
    }

    /// Which of the two layouts it is; makes the request about its module.
    private mutating func recognise(_ unpacked: FilePath, _ archive: String) async throws(EngineStop)
        -> String
    {
        for location in ["dkms_source_tree", "dkms_binaries_only"] {
            let conf = unpacked.appending(location).appending("dkms.conf")
            guard Files.isRegularFile(conf) else { continue }
            let read = try await readConf(builds[0], file: conf)
            request.module = read.name
            request.version = read.version
            guard !tree.isAdded(package) || request.isForced else {
                throw EngineStop(8, "\(package) is already added!", "Aborting.")
            }
            return location
        }
        throw EngineStop(
            7, "No valid dkms.conf in dkms_source_tree or dkms_binaries_only.",
            "\(archive) is not a valid DKMS tarball.")
    }

    /// Without sources the dkms.conf alone stands for the module.
    private func loadConfOnly(_ conf: FilePath) throws(EngineStop) {
        let source = tree.source(package)
        console.say("Creating \(source)")
        console.say("Copying dkms.conf to \(source) ...")
        try stopping { () throws(Diagnostic) in
            try Files.copyWhole(conf, to: source.appending("dkms.conf"))
        }
    }

    private mutating func loadBuilds(_ main: FilePath) async throws(EngineStop) {
        let lock = try await locked(request.module)
        defer { lock.hold() }
        for kernel in (try? Files.names(in: main)) ?? [] {
            let folder = main.appending(kernel)
            for architecture in (try? Files.names(in: folder)) ?? []
            where Files.isDirectory(folder.appending(architecture)) {
                let build = DkmsTree.Build(kernel: kernel, architecture: architecture)
                try load(folder.appending(architecture), build)
            }
        }
    }

    private func load(_ folder: FilePath, _ build: DkmsTree.Build) throws(EngineStop) {
        let base = tree.base(package, build)
        guard !Files.isDirectory(base) || request.isForced else {
            console.warn("\(base) already exists. Skipping...")
            return
        }
        console.say("Loading \(base)...")
        let staging = try BuildStaging(tree: tree, package: package, build: build)
        do throws(Diagnostic) {
            try Files.copyTree(folder, to: staging.folder)
        } catch {
            try? Files.removeTree(staging.folder)
            throw EngineStop(error)
        }
        try staging.put()
        try? Files.removeTree(staging.folder)
    }

    private static func findConf(beneath folder: FilePath) -> FilePath? {
        let entries = (try? Files.entries(in: folder)) ?? []
        if entries.contains(where: { $0.name == "dkms.conf" && $0.kind == .regular }) {
            return folder.appending("dkms.conf")
        }
        for entry in entries where entry.kind == .directory {
            if let found = findConf(beneath: folder.appending(entry.name)) { return found }
        }
        return nil
    }
}

import Archive
import Compression
import Diagnostics
import Streams
import SystemPackage
import TarballFormat

extension Engine {
    /// `mktarball`: the source, the builds, or both, for `ldtarball` elsewhere (dkms 3.4.3, `make_tarball`).
    mutating func makeTarball() async throws(EngineStop) {
        _ = try await readConf(builds.first ?? DkmsTree.Build(kernel: "", architecture: ""))
        let packed = request.isSourceOnly ? [] : builds
        for build in packed {
            guard Files.isDirectory(tree.base(package, build)) else {
                throw EngineStop(
                    6, "No modules built for \(build.kernel) (\(build.architecture)).",
                    "Modules must already be in the built state before using mktarball.")
            }
            console.say("Marking modules for \(build.kernel) (\(build.architecture)) for archiving...")
        }
        console.say("")
        let source = tree.source(package)
        if request.isBinariesOnly {
            console.say("Creating tarball structure to specifically accommodate binaries.")
        } else {
            console.say("Marking \(source) for archiving...")
        }
        do throws(Diagnostic) {
            let tarball = DkmsTarball(
                name: package.module, version: package.version, source: try tarballSource(source),
                kernels: try packed.map { build throws(Diagnostic) in try tarballKernel(build) })
            try write(tarball)
        } catch {
            throw (error.status == .interrupted ? EngineStop(error) : EngineStop(error, status: 6))
        }
    }

    private func tarballSource(_ folder: FilePath) throws(Diagnostic) -> DkmsTarball.Source {
        guard request.isBinariesOnly else { return .tree(try FileList(folder: try canonical(folder))) }
        let conf = request.conf.map { FilePath($0) } ?? folder.appending("dkms.conf")
        return .binariesOnly(conf: .bytes(try Files.read(conf)))
    }

    private func tarballKernel(_ build: DkmsTree.Build) throws(Diagnostic) -> DkmsTarball.Kernel {
        let log = tree.base(package, build).appending("log").appending("make.log")
        return DkmsTarball.Kernel(
            release: build.kernel, architecture: build.architecture,
            modules: try FileList(folder: tree.modules(package, build)),
            log: Files.isRegularFile(log) ? .bytes(try Files.read(log)) : nil)
    }

    private func canonical(_ folder: FilePath) throws(Diagnostic) -> FilePath {
        do throws(Errno) {
            return try Files.canonical(folder)
        } catch {
            throw .file("open", folder, error)
        }
    }

    private func write(_ tarball: DkmsTarball) throws(Diagnostic) {
        var folder = "\(tree.folder(package))/tarball/"
        var name = tarball.fileName(.gz)
        if let archive = request.archive {
            name = archive
            if let slash = archive.lastIndex(of: "/") {
                folder = String(archive[..<slash])
                name = String(archive[archive.index(after: slash)...])
            }
        }
        console.say("")
        console.say("Tarball location: \(folder)/\(name)")
        let path = FilePath("\(folder)/\(name)")
        do throws(Errno) {
            try Files.makeDirectories(path.removingLastComponent())
            guard Files.isWritable(path.removingLastComponent()) else { throw Errno.permissionDenied }
        } catch {
            throw .error("tarball-folder", "Missing write permissions for \(folder).")
        }
        let format =
            CompressionFormat.allCases.first { !$0.suffix.isEmpty && name.hasSuffix($0.suffix) }
            ?? (name.hasSuffix(".tgz") ? .gz : .none)
        try tarball.write(
            to: path, compression: CompressionSettings(format), epoch: Self.newest(tarball))
    }

    /// The latest time of a file in it, so that the same content gives the same tarball whenever it is made.
    private static func newest(_ tarball: DkmsTarball) -> Int64 {
        var lists = tarball.kernels.map(\.modules)
        if case .tree(let files) = tarball.source { lists.append(files) }
        return lists.joined().filter { $0.kind != .directory }.map(\.modified).max() ?? 0
    }
}

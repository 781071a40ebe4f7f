import Compression
import Diagnostics
import Streams
package import SystemPackage
import Tools

extension KernelFinder {
    /// Reads the facts of the kernel whose headers are in `folder`.
    func target(_ folder: FilePath) throws(Diagnostic) -> KernelTarget {
        let buildFolder: FilePath
        do {
            buildFolder = try Files.canonical(folder)
        } catch {
            throw .file("open", folder, error)
        }
        let release = Self.release(of: buildFolder) ?? ""
        let config = try KernelConfig(buildFolder: buildFolder)
        guard let architecture = Architecture(of: config) else {
            throw .error(
                "unknown-architecture",
                "\(buildFolder) is configured for an architecture that mkdkms does not know",
                hint: "see the table of architectures in the manual")
        }
        let search = CallerEnvironment.searchPath.split(separator: ":")
        let compiler = KernelCompiler(
            config: config, buildFolder: buildFolder, search: search.map { FilePath(String($0)) })
        let modulesFolder = root.appending("lib/modules").appending(release)
        return KernelTarget(
            release: release, architecture: architecture, buildFolder: buildFolder,
            headerFolders: Self.headerFolders(of: buildFolder), modulesFolder: modulesFolder, config: config,
            compiler: compiler,
            distribution: Distribution(kernelRelease: release, compiler: compiler.version),
            moduleCompression: KernelTarget.isInstalled(buildFolder, of: modulesFolder)
                ? Self.moduleCompression(in: modulesFolder.appending("kernel")) : nil)
    }

    /// The build folder, and where its Makefile, `source` link, scripts and tools lead (Debian and SUSE split them).
    package static func headerFolders(of buildFolder: FilePath) -> [FilePath] {
        var folders = [buildFolder]
        func add(_ path: FilePath) {
            guard let real = try? Files.canonical(path), Files.isDirectory(real) else { return }
            if !folders.contains(where: { real.starts(with: $0) }) { folders.append(real) }
        }
        for link in ["source", "scripts", "tools"] { add(buildFolder.appending(link)) }
        for name in (try? Files.names(in: buildFolder.appending("scripts"))) ?? [] {
            add(buildFolder.appending("scripts").appending(name))
        }
        let makefile = (try? Files.contents(buildFolder.appending("Makefile"))) ?? []
        for line in String(decoding: makefile.prefix(4096), as: UTF8.self).lines {
            guard line.hasPrefix("include ") else { continue }
            add(buildFolder.pushing(FilePath(String(line.dropFirst(8)))).removingLastComponent())
        }
        return folders
    }

    /// The suffix of the first module of the kernel itself.
    private static func moduleCompression(in folder: FilePath) -> CompressionFormat? {
        var pending = [folder]
        while let next = pending.popLast() {
            for name in ((try? Files.names(in: next)) ?? []).reversed() {
                let path = next.appending(name)
                if let format = CompressionFormat.allCases.first(where: { name.hasSuffix(".ko" + $0.suffix) })
                {
                    return format
                }
                if (try? Files.status(path))?.kind == .directory { pending.append(path) }
            }
        }
        return nil
    }
}

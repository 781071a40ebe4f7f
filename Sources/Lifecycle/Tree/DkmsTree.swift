import DkmsConf
import Streams
import SystemPackage

/// The dkms tree on disk, and what it says about modules without any file of ours (reference: dkms 3.4.3,
/// `is_module_added`, `is_module_built`, `_is_module_installed`, `is_module_broken`).
struct DkmsTree: Sendable {
    /// `/var/lib/dkms`, unless framework.conf or `--dkmstree` names another.
    let root: FilePath
    /// `/usr/src`.
    let sources: FilePath
    /// `/lib/modules`.
    let installTree: FilePath

    /// A module and its version, as in `hello/1.5.0`.
    struct Package: Hashable, Sendable, CustomStringConvertible {
        let module: String
        let version: String
        var description: String { "\(module)/\(version)" }
    }

    /// What was built for one kernel.
    struct Build: Hashable, Sendable {
        let kernel: String
        let architecture: String
    }

    /// As a text, which is put together faster than a path by its components.
    private let rootText: String

    init(root: FilePath, sources: FilePath, installTree: FilePath) {
        self.root = root
        self.sources = sources
        self.installTree = installTree
        rootText = root.string
    }

    func folder(_ package: Package) -> FilePath {
        FilePath("\(rootText)/\(package.module)/\(package.version)")
    }

    func source(_ package: Package) -> FilePath {
        FilePath("\(rootText)/\(package.module)/\(package.version)/source")
    }

    func conf(_ package: Package) -> FilePath {
        FilePath("\(rootText)/\(package.module)/\(package.version)/source/dkms.conf")
    }

    /// Where modules are built, and where the log of a failed build stays.
    func buildFolder(_ package: Package) -> FilePath { folder(package).appending("build") }

    /// `M/V/K/A`.
    func base(_ package: Package, _ build: Build) -> FilePath {
        folder(package).appending(build.kernel).appending(build.architecture)
    }

    func modules(_ package: Package, _ build: Build) -> FilePath {
        base(package, build).appending("module")
    }

    /// The link that names the version that is installed for a kernel.
    func activeLink(_ module: String, _ build: Build) -> FilePath {
        FilePath("\(rootText)/\(module)/kernel-\(build.kernel)-\(build.architecture)")
    }

    /// Where the modules are kept that an installation took the place of.
    func originals(_ module: String, _ build: Build) -> FilePath {
        root.appending(module).appending("original_module").appending(build.kernel)
            .appending(build.architecture)
    }

    /// A new name for what is thrown away of a module, in the tree's private folder.
    func trash(_ module: String) -> FilePath { ownName("trash", module) }

    /// A new name for the folder of the programs that are made for a build of a module.
    func programs(_ module: String) -> FilePath { ownName("programs", module) }

    private func ownName(_ purpose: String, _ module: String) -> FilePath {
        TreeLock.privateFolder(self).appending("\(purpose),\(module),\(Files.uniqueName())")
    }

    func sourceFolder(_ package: Package) -> FilePath {
        sources.appending("\(package.module)-\(package.version)")
    }

    /// Whether dkms knows a package.
    enum Presence: Sendable {
        case absent
        /// By the link to its source, or by the folder with nothing but a dkms.conf that a tarball without sources leaves.
        case added
        /// The source, or the link to it, has gone missing under it.
        case broken
    }

    func presence(_ package: Package) -> Presence {
        guard !package.module.isEmpty, !package.version.isEmpty else { return .absent }
        let source = source(package)
        if isLink(source) { return Files.isDirectory(source) ? .added : .broken }
        guard Files.isDirectory(folder(package)) else { return .absent }
        if Files.isDirectory(sourceFolder(package)) { return .broken }
        return Files.isRegularFile(conf(package)) ? .added : .absent
    }

    func isBroken(_ package: Package) -> Bool { presence(package) == .broken }

    func isAdded(_ package: Package) -> Bool { presence(package) == .added }

    func isBuilt(_ package: Package, _ build: Build) -> Bool {
        guard
            ![package.module, package.version, build.kernel, build.architecture].contains(where: \.isEmpty)
        else { return false }
        return Files.isDirectory(modules(package, build))
    }

    /// Whether the kernel's link leads to this version; asks nothing about the build itself.
    func isActive(_ package: Package, _ build: Build) -> Bool {
        let link = activeLink(package.module, build)
        guard let text = try? Files.readLink(link) else { return false }
        // As dkms and this engine write it.
        if text == "\(package.version)/\(build.kernel)/\(build.architecture)" {
            return Files.exists(base(package, build))
        }
        guard let target = try? Files.canonical(link) else { return false }
        return (try? Files.canonical(base(package, build))) == target
    }

    func isInstalled(_ package: Package, _ build: Build) -> Bool {
        isBuilt(package, build) && isActive(package, build)
    }

    /// Every `M/V` folder, sorted; the links of active versions are no versions.
    func packages(module: String = "", version: String = "") -> [Package] {
        let modules = module.isEmpty ? visible(root) : [module]
        return modules.flatMap { module -> [Package] in
            let versions = version.isEmpty ? visible(root.appending(module)) : [version]
            return versions.compactMap { version -> Package? in
                guard !Self.isActiveLinkName(version),
                    Files.isDirectory(root.appending(module).appending(version))
                else { return nil }
                return Package(module: module, version: version)
            }
        }
    }

    /// What was built of a package, sorted by kernel; kernel names begin with digits and a dot.
    func builds(_ package: Package, kernel: String = "", architecture: String = "") -> [Build] {
        let kernels = kernel.isEmpty ? visible(folder(package)).filter(Self.isKernelName) : [kernel]
        return kernels.flatMap { kernel -> [Build] in
            let architectures =
                architecture.isEmpty ? visible(folder(package).appending(kernel)) : [architecture]
            return architectures.map { Build(kernel: kernel, architecture: $0) }
        }.filter { isBuilt(package, $0) }
    }

    static func isKernelName(_ name: String) -> Bool {
        let digits = name.utf8.prefix { $0 >= 0x30 && $0 <= 0x39 }
        return !digits.isEmpty && name.utf8.dropFirst(digits.count).first == UInt8(ascii: ".")
    }

    private static func isActiveLinkName(_ name: String) -> Bool {
        name.hasPrefix("kernel-") && name.dropFirst("kernel-".count).contains("-")
    }

    /// The names that a shell's `*` finds.
    private func visible(_ folder: FilePath) -> [String] {
        ((try? Files.names(in: folder)) ?? []).filter { !$0.hasPrefix(".") }
    }

    private func isLink(_ path: FilePath) -> Bool { (try? Files.status(path))?.kind == .symbolicLink }
}

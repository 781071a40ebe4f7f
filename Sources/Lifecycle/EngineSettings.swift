import Compression
import Diagnostics
import DkmsConf
import Streams
import SystemPackage
import Tools

/// What the machine's administrator has settled: defaults, framework.conf, framework.conf.d, the environment, and
/// over all of them the command line (dkms 3.4.3, `read_framework_conf`).
struct EngineSettings: Sendable {
    var dkmsTree = "/var/lib/dkms"
    var sourceTree = "/usr/src"
    var installTree = "/lib/modules"
    var temporaryFolder: String
    var isVerbose = false
    var symlinksModules = false
    var probesOnInstall = false
    var parallelJobs: String?
    var gzipOptions = ""
    var xzOptions = Self.defaultXzOptions
    var zstdOptions = Self.defaultZstdOptions
    var buildEnvironment: String?
    var postTransaction: String?
    /// The names of the files in /etc/dkms that may override something in a dkms.conf.
    let overrides: Set<String>
    /// `ADDON_MODULES_DIR`: the one folder for all modules, beneath the kernel's.
    var addonFolder: String?

    /// The number behind `-j`; none where make may start as many as it likes.
    var makeJobs: String {
        guard let parallelJobs, !parallelJobs.isEmpty else { return "\(Self.processors)" }
        return parallelJobs == "0" ? "" : parallelJobs
    }

    /// How many modules are looked at or built at a time where several wait.
    var width: Int {
        let given = parallelJobs.flatMap { Int($0) } ?? 0
        return given > 0 ? given : Self.processors
    }

    private static var processors: Int { max(1, CompressionSettings.availableThreads) }

    private static let unsetJobs = -1

    static let defaultXzOptions = "--check=crc32 --lzma2=dict=1MiB"
    static let defaultZstdOptions = "-q --rm -T0"

    /// The variables that framework.conf may set, without those of signing.
    private static let variables = [
        "source_tree", "dkms_tree", "install_tree", "tmp_location", "verbose", "symlink_modules",
        "modprobe_on_install", "parallel_jobs", "compress_gzip_opts",
        "compress_xz_opts", "compress_zstd_opts", "build_environment", "post_transaction",
    ]

    init() async throws(EngineStop) {
        temporaryFolder = CallerEnvironment.value("TMPDIR") ?? "/tmp"
        let names = (try? Files.names(in: "/etc/dkms")) ?? []
        overrides = Set(names.filter { $0.hasSuffix(".conf") && $0 != "framework.conf" })
        // Arch and its like have but one name for the folder.
        if !Files.exists("/lib/modules"), Files.isDirectory("/usr/lib/modules") {
            installTree = "/usr/lib/modules"
        }
        for name in ["parallel_jobs", "build_environment", "post_transaction", "modprobe_on_install"] {
            if let value = CallerEnvironment.value(name) { take(name, value) }
        }
        let values = try await Self.read(Self.variables, kernel: nil, over: self)
        for name in Self.variables {
            if let value = values[name] { take(name, value) }
        }
        addonFolder = CallerEnvironment.value("ADDON_MODULES_DIR") ?? Self.addonFolder()
    }

    /// What framework.conf says of signing, read when a kernel is there for `$kernelver` in it.
    static func signing(kernel: KernelPlace?) async throws(EngineStop) -> [String: String] {
        let names = ["sign_file", "mok_signing_key", "mok_certificate", "try_sign_modules"]
        let values = try await read(names, kernel: kernel)
        var result: [String: String] = [:]
        for name in names { result[name] = values[name] ?? CallerEnvironment.value(name) }
        return result
    }

    /// The command of `post_transaction` with the kernel's name in it.
    static func postTransaction(kernel: KernelPlace?) async throws(EngineStop) -> String? {
        let name = "post_transaction"
        return try await read([name], kernel: kernel)[name] ?? CallerEnvironment.value(name)
    }

    private mutating func take(_ name: String, _ value: String) {
        switch name {
        case "source_tree": sourceTree = value
        case "dkms_tree": dkmsTree = value
        case "install_tree": installTree = value
        case "tmp_location": temporaryFolder = value
        case "verbose": isVerbose = !value.isEmpty
        case "symlink_modules": symlinksModules = !value.isEmpty
        case "modprobe_on_install": probesOnInstall = !value.isEmpty
        case "parallel_jobs": if value != "\(Self.unsetJobs)" { parallelJobs = value }
        case "compress_gzip_opts": gzipOptions = value
        case "compress_xz_opts": xzOptions = value
        case "compress_zstd_opts": zstdOptions = value
        case "build_environment": buildEnvironment = value
        case "post_transaction": postTransaction = value
        default: break
        }
    }

    /// - Parameter settings: what the variables of the trees are before the files change them.
    private static func read(
        _ names: [String], kernel: KernelPlace?, over settings: EngineSettings? = nil
    ) async throws(EngineStop) -> ConfValues {
        let folder: FilePath = "/etc/dkms/framework.conf.d"
        let fragments = ((try? Files.names(in: folder)) ?? []).filter {
            $0.hasSuffix(".conf") && !$0.hasPrefix(".")
        }
        let files =
            (["/etc/dkms/framework.conf"] + fragments.map { folder.appending($0) }).filter(
                Files.isRegularFile)
        guard !files.isEmpty else { return ConfValues() }
        var context = ConfContext(kernelRelease: kernel?.release, arch: kernel?.architecture ?? "")
        context.kernelSourceFolder = kernel?.sourceFolder.string ?? ""
        if let settings {
            context.dkmsTree = settings.dkmsTree
            context.sourceTree = settings.sourceTree
            context.installTree = settings.installTree
            context.temporaryLocation = settings.temporaryFolder
        }
        // A variable that the files may read and set: this is no value that they could give it.
        context.parallelJobs = unsetJobs
        var request = ConfRequest(files: files, context: context)
        request.names = names
        do throws(Diagnostic) {
            return try await request.read().values
        } catch {
            throw EngineStop(error)
        }
    }

    private static func addonFolder() -> String? {
        guard let text = try? Files.contents("/etc/sysconfig/module-init-tools") else { return nil }
        let lines = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline)
        let prefix = "ADDON_MODULES_DIR="
        return lines.last { $0.hasPrefix(prefix) }.map {
            $0.dropFirst(prefix.count).filter { $0 != "\"" && $0 != "'" }
        }
    }
}

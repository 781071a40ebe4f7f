import Diagnostics
import Glibc
import Kernels
import Streams
import SystemPackage
import Tools

/// A kernel as dkms sees it: a name, an architecture, and where its headers and configuration are.
struct KernelPlace: Hashable, Sendable {
    let release: String
    let architecture: String
    /// `$kernel_source_dir`.
    let sourceFolder: FilePath
    /// `$kernel_config`; the file need not exist.
    let config: FilePath
    /// Both as every dkms.conf is given them.
    let sourceText: String
    let configText: String

    init(_ release: String, _ architecture: String, request: EngineRequest, installTree: FilePath) {
        self.release = release
        self.architecture = architecture
        sourceFolder =
            request.kernelSourceFolder.map { FilePath($0) }
            ?? installTree.appending(release).appending("build")
        let generated = sourceFolder.appending("include/config/auto.conf")
        config =
            request.kernelConfig.map { FilePath($0) }
            ?? (Files.exists(generated) ? generated : sourceFolder.appending(".config"))
        sourceText = sourceFolder.string
        configText = config.string
    }

    /// Whether there is anything to build against (dkms 3.4.3, `_check_kernel_dir`).
    var hasHeaders: Bool {
        (try? Files.status(sourceFolder.appending("include"), following: true)) != nil
    }

    /// The kernel's options; nil without a configuration.
    func options() -> KernelConfig? {
        guard let text = try? Files.contents(config) else { return nil }
        return KernelConfig(parsing: String(decoding: text, as: UTF8.self))
    }

    /// What uname(1) prints for `-r` and `-m`.
    static var running: (release: String, machine: String) {
        var name = utsname()
        guard unsafe uname(&name) == 0 else { return ("", "") }
        func text<T>(_ field: T) -> String {
            var field = field
            return unsafe withUnsafeBytes(of: &field) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
        }
        return (text(name.release), text(name.machine))
    }
}

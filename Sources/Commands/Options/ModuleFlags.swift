import ArgumentParser
import Compression
import Diagnostics

/// How `.ko` files are compressed.
struct ModuleFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Compression of .ko files; auto follows the kernel's own modules, else the target.",
            valueName: "auto|none|gz|xz|zst"))
    var compress: Choice?

    enum Choice: String, ExpressibleByArgument, CaseIterable { case auto, none, gz, xz, zst }

    /// The format asked for; nil for auto.
    func format() throws(Diagnostic) -> CompressionFormat? {
        guard compress == nil, let text = EnvironmentOption.value("COMPRESS") else {
            return compress.flatMap { CompressionFormat(rawValue: $0.rawValue) }
        }
        guard let choice = Choice(rawValue: text) else {
            throw .error(
                "bad-environment", "MKDKMS_COMPRESS=\(text) is no compression of modules",
                hint: "give auto, none, gz, xz or zst", status: .usage)
        }
        return CompressionFormat(rawValue: choice.rawValue)
    }
}

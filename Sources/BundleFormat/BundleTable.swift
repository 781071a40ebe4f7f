import Diagnostics

/// `kernels.tsv`: the manifest's facts about kernels for scripts that read no JSON.
///
/// Lines of tab-separated columns, the first saying what the others are (docs/bundle.md):
///
///     bundle  NAME VERSION ARCH
///     kernel  SET RELEASE MODULE_LAYOUT_CRC VERMAGIC
///     module  SET FILE SHA256 DESTINATION NAME
///     symbol  SET FILE SYMBOL CRC
///
/// SET is the kernel's folder beneath `modules/`. What is unknown is `-`, for sh's `read` skips empty columns.
package enum BundleTable {
    package static let header = "#mkdkms.bundle-kernels/1"

    /// The table of `manifest`, whose values ``BundleContent`` has checked for tabs and line breaks.
    package static func text(_ manifest: BundleManifest) -> String {
        var lines = [header, row("bundle", manifest.name, manifest.version, manifest.arch)]
        for kernel in manifest.kernels {
            let set = kernel.folder
            let layout = kernel.moduleLayoutCRC.map(SymbolCRC.text) ?? "-"
            lines.append(row("kernel", set, kernel.release, layout, kernel.vermagic))
            for module in kernel.modules {
                lines.append(
                    row("module", set, module.file, module.sha256, module.destination, module.name))
                for (symbol, crc) in module.symbols.sorted(by: { $0.key < $1.key }) {
                    lines.append(row("symbol", set, module.file, symbol, SymbolCRC.text(crc)))
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func row(_ columns: String...) -> String {
        columns.map { $0.isEmpty ? "-" : $0 }.joined(separator: "\t")
    }
}

package import Diagnostics
import Streams
package import SystemPackage

/// The options that a kernel was configured with, as in its `.config`.
package struct KernelConfig: Hashable, Sendable {
    private let values: [String: String]

    package init(parsing text: some StringProtocol) {
        var values: [String: String] = [:]
        values.reserveCapacity(8192)
        for line in Array(text.utf8).split(separator: UInt8(ascii: "\n")) {
            guard line.first == UInt8(ascii: "C"), let equals = line.firstIndex(of: UInt8(ascii: "=")) else {
                continue
            }
            var value = line[line.index(after: equals)...]
            if value.first == UInt8(ascii: "\""), value.last == UInt8(ascii: "\""), value.count > 1 {
                value = value.dropFirst().dropLast()
            }
            values[String(decoding: line[..<equals], as: UTF8.self)] = String(decoding: value, as: UTF8.self)
        }
        self.values = values
    }

    /// Reads what kbuild itself reads, `include/config/auto.conf`, else `.config`.
    package init(buildFolder: FilePath) throws(Diagnostic) {
        let candidates = ["include/config/auto.conf", ".config"].map { buildFolder.appending($0) }
        guard let file = candidates.first(where: Files.isRegularFile) else {
            throw .error(
                "no-kernel-config", "\(buildFolder) holds neither include/config/auto.conf nor .config",
                hint:
                    "install the complete header package of this kernel, or prepare the tree with: make modules_prepare"
            )
        }
        self.init(parsing: try Files.readText(file))
    }

    /// The value of `CONFIG_…` without quotes; nil where it is not set.
    package subscript(_ name: String) -> String? { values[name] }
}

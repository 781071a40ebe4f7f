package import Diagnostics
import Glibc

/// How an archive or package is compressed; the bytes depend on everything here but ``threads``.
package struct CompressionSettings: Hashable, Sendable {
    /// The integrity check of an .xz stream: tar files carry CRC64, packages CRC32.
    package enum Check: Hashable, Sendable { case crc32, crc64 }

    package var format: CompressionFormat
    /// In the format's own scale; nil means ``CompressionFormat/defaultLevel``.
    package var level: Int?
    /// How many threads xz and zstd may use, at least 1.
    package var threads: Int
    /// Only xz has a choice.
    package var check: Check

    package init(
        _ format: CompressionFormat, level: Int? = nil,
        threads: Int = CompressionSettings.availableThreads,
        check: Check = .crc64
    ) {
        self.format = format
        self.level = level
        self.threads = threads
        self.check = check
    }

    /// Reads `gz`, `xz` or `zst`, each with an optional `:LEVEL`, as `--archive-compression` takes it.
    package init(
        parsing text: String, threads: Int = CompressionSettings.availableThreads, check: Check = .crc64
    ) throws(Diagnostic) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, let format = CompressionFormat(rawValue: String(name)),
            format != .none
        else {
            throw .error(
                "bad-compression", "\"\(text)\" names no compression",
                hint: "give gz, xz or zst, with an optional level such as xz:9", status: .usage)
        }
        var level: Int?
        if parts.count > 1 {
            guard let number = Int(parts[1]), format.levels.contains(number) else {
                throw .error(
                    "bad-compression", "\"\(parts[1])\" is no level of \(format.rawValue)",
                    hint: "give a number from \(format.levels.lowerBound) to \(format.levels.upperBound)",
                    status: .usage)
            }
            level = number
        }
        self.init(format, level: level, threads: threads, check: check)
    }

    /// The level that is in effect, within the format's range.
    package var effectiveLevel: Int {
        let levels = format.levels
        return min(max(level ?? format.defaultLevel, levels.lowerBound), levels.upperBound)
    }

    /// The processors that this machine has online.
    package static var availableThreads: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}

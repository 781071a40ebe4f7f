/// The compressions of archives, packages and kernel modules.
package enum CompressionFormat: String, CaseIterable, Sendable {
    case none, gz, xz, zst

    /// What a compressed file's name ends with, such as `.xz`; empty for ``none``.
    package var suffix: String { self == .none ? "" : ".\(rawValue)" }

    /// The format that `bytes` begin like; nil where they carry no known magic number.
    ///
    /// RFC 1952 section 2.3.1, the .xz file format 2.1.1.1, RFC 8878 section 3.1.1.
    package init?(magicOf bytes: [UInt8]) {
        if bytes.starts(with: [0x1F, 0x8B]) {
            self = .gz
        } else if bytes.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) {
            self = .xz
        } else if bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
            self = .zst
        } else {
            return nil
        }
    }

    /// The format that a file's name ends with; ``none`` where it ends with no known suffix.
    package init(suffixOf name: String) {
        self = Self.allCases.first { $0 != .none && name.hasSuffix($0.suffix) } ?? .none
    }

    /// The levels that the format knows, weakest first.
    package var levels: ClosedRange<Int> {
        switch self {
        case .none: 0...0
        case .gz: 1...9
        case .xz: 0...9
        case .zst: 1...22
        }
    }

    /// The level of archives and packages for which none was asked.
    package var defaultLevel: Int {
        switch self {
        case .none: 0
        case .gz: 9
        case .xz: 6
        case .zst: 3
        }
    }
}

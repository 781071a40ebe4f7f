/// Lines by their bytes.
///
/// To Swift CR LF is one character, which is no "\n": a split at that, or a search for it, would miss it.
extension Substring {
    /// The lines without their ends, LF or CR LF, empty ones included; the last is empty where the text ends with a line's
    /// end.
    package var lines: [Substring] {
        utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
        }
    }

    /// What stands between lines without anything but blanks, each without the end of its last line.
    package var paragraphs: [Substring] {
        lines.split { $0.allSatisfy { $0 == " " || $0 == "\t" } }.compactMap { lines in
            guard let first = lines.first, let last = lines.last else { return nil }
            return self[first.startIndex..<last.endIndex]
        }
    }
}

extension String {
    /// As ``Substring/lines``.
    package var lines: [Substring] { self[...].lines }

    /// As ``Substring/paragraphs``.
    package var paragraphs: [Substring] { self[...].paragraphs }

    /// Whether a line ends in it.
    package var hasLineEnd: Bool { utf8.contains(UInt8(ascii: "\n")) }
}

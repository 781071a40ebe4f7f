import Diagnostics

/// Where the here-documents of a shell script are (POSIX.1-2024, 2.7.4), as far as its lines show it one by one.
struct HereDocuments {
    private let lines: [Substring]
    /// Where a line stands last, as it is, and without the tabs before it.
    private let last: [Substring: Int]
    private let lastIndented: [Substring: Int]

    init(_ lines: [Substring]) {
        self.lines = lines
        var (last, lastIndented): ([Substring: Int], [Substring: Int]) = ([:], [:])
        for (place, line) in lines.enumerated() {
            last[line] = place
            lastIndented[Self.withoutTabs(line)] = place
        }
        self.last = last
        self.lastIndented = lastIndented
    }

    /// The next line that a shell takes for one of the script's own; one whose end never comes is taken for none.
    func next(after place: Int) -> Int {
        guard let (end, isIndented) = Self.beginning(in: lines[place]),
            let last = (isIndented ? lastIndented : last)[end], last > place
        else { return place + 1 }
        let document = lines[(place + 1)...last]
        return (document.firstIndex { (isIndented ? Self.withoutTabs($0) : $0) == end } ?? place) + 1
    }

    /// The line that ends the document which begins behind this one, and whether tabs may stand before that.
    private static func beginning(in line: Substring) -> (end: Substring, isIndented: Bool)? {
        let text = withoutComment(line)
        var isArithmetic = false
        var seen = text.startIndex
        for match in text.matches(
            of: /(?:^|[^<])<<(-?)[ \t]*(?:'([^']+)'|"([^"]+)"|\\?([A-Za-z_][A-Za-z0-9_.\-]*))/)
        {
            let before = text[seen..<match.range.lowerBound]
            seen = match.range.lowerBound
            if let open = before.ranges(of: "((").last {
                isArithmetic = !before[open.upperBound...].contains("))")
            } else if before.contains("))") {
                isArithmetic = false
            }
            // In `$((1 << n))` it shifts a number.
            guard !isArithmetic, let end = match.2 ?? match.3 ?? match.4 else { continue }
            return (end, !match.1.isEmpty)
        }
        return nil
    }

    private static func withoutComment(_ line: Substring) -> Substring {
        var quote: Character?
        var previous: Character = " "
        for (index, character) in zip(line.indices, line) {
            if quote == nil, character == "#", previous.isWhitespace || ";(&|".contains(previous) {
                return line[..<index]
            }
            if previous != "\\", "'\"".contains(character), quote == nil || quote == character {
                quote = quote == nil ? character : nil
            }
            previous = character
        }
        return line
    }

    private static func withoutTabs(_ line: Substring) -> Substring { line.drop { $0 == "\t" } }
}

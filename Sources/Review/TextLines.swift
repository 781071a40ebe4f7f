import Diagnostics

/// A text file by lines, without those that are comments as sh and make have them.
struct TextLines {
    let path: String
    /// Line by line; comments are empty.
    let lines: [String]

    init(path: String, _ text: String) {
        self.path = path
        lines = text.lines.map { line in
            line.first { !$0.isWhitespace } == "#" ? "" : String(line)
        }
    }

    /// Where the line of this index is, counted from 0.
    func location(_ index: Int?) -> Diagnostic.Location { .init(file: path, line: index.map { $0 + 1 }) }

    /// The first line that gives `directive` a value.
    func assignment(of directive: String, index: Int? = nil) -> Diagnostic.Location {
        let exact = index.map { "\(directive)[\($0)]=" }
        let found =
            exact.flatMap { exact in lines.firstIndex { $0.contains(exact) } }
            ?? lines.firstIndex { $0.contains("\(directive)=") }
            ?? lines.firstIndex { $0.contains("\(directive)[") }
        return location(found)
    }

    /// Whether a line has this among its words, as names of files are told apart.
    func hasWord(_ word: String) -> Bool {
        lines.contains { $0.contains(word) && Self.words($0).contains { $0 == word } }
    }

    /// The parts of a line that could be names of files or variables.
    static func words(_ line: String) -> [Substring] {
        line.split { !($0.isLetter || $0.isNumber || "_.-".contains($0)) }
    }
}

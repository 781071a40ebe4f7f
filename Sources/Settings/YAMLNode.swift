import Diagnostics

/// A part of a YAML document and the line that it begins in.
struct YAMLNode: Hashable, Sendable {
    struct Pair: Hashable, Sendable {
        let key: YAMLNode
        let value: YAMLNode
    }

    enum Content: Hashable, Sendable {
        /// Plain is what stands without quotes; only that can mean nothing, a number or a truth.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        case mapping([Pair])
    }

    let content: Content
    /// Counted from 1.
    let line: Int

    /// Whether it is a value that was left out, `~` or `null`.
    var isEmpty: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }
}

extension YAMLNode {
    /// More than any settings file is, and little enough to read in no time.
    static let largest = 1 << 20
    private static let deepest = 12

    /// Reads the one document in `bytes`; an empty one is an empty mapping.
    ///
    /// Aliases, anchors and tags are refused: a settings file needs none, and a few lines of them unfold to anything.
    /// - Throws: `bad-yaml`.
    static func read(_ bytes: [UInt8], from file: String) throws(Diagnostic) -> YAMLNode {
        guard bytes.count <= largest else {
            throw .error(
                "bad-yaml", "\(file) has \(bytes.count) bytes, and a settings file at most \(largest)",
                hint: "put large texts into files of their own")
        }
        guard let parser = YAMLParser(bytes) else {
            throw .error("bad-yaml", "\(file) cannot be read: no memory")
        }
        var reader = YAMLNodeReader(parser: parser, deepest: deepest)
        do {
            return try reader.document()
        } catch {
            throw .error(
                "bad-yaml", error.message, hint: "correct the file; docs/settings.md shows the form of one",
                at: .init(file: file, line: error.line))
        }
    }
}

/// Builds the tree of a document from its events.
private struct YAMLNodeReader: ~Copyable {
    private typealias Fault = YAMLParser.Fault

    var parser: YAMLParser
    let deepest: Int

    init(parser: consuming YAMLParser, deepest: Int) {
        self.parser = parser
        self.deepest = deepest
    }

    mutating func document() throws(YAMLParser.Fault) -> YAMLNode {
        let (start, line) = try parser.next()
        guard start == .documentStart else { return YAMLNode(content: .mapping([]), line: line) }
        let (event, first) = try parser.next()
        let node = try node(event, first, depth: 0)
        let (end, last) = try parser.next()
        guard end == .end else {
            throw Fault(message: "a second document begins here, and a settings file is one", line: last)
        }
        return node.isEmpty ? YAMLNode(content: .mapping([]), line: line) : node
    }

    private mutating func node(
        _ event: YAMLParser.Event, _ line: Int, depth: Int
    ) throws(YAMLParser.Fault) -> YAMLNode {
        guard depth < deepest else {
            throw Fault(message: "this is nested deeper than anything in a settings file", line: line)
        }
        switch event {
        case .scalar(let text, let isPlain):
            return YAMLNode(content: .scalar(text, isPlain: isPlain), line: line)
        case .sequenceStart: return YAMLNode(content: .sequence(try items(depth)), line: line)
        case .mappingStart: return YAMLNode(content: .mapping(try pairs(depth)), line: line)
        case .refused(let what):
            throw Fault(message: "this \(what) is refused: write out what is meant", line: line)
        case .end, .documentStart, .sequenceEnd, .mappingEnd:
            throw Fault(message: "something is missing here", line: line)
        }
    }

    private mutating func items(_ depth: Int) throws(YAMLParser.Fault) -> [YAMLNode] {
        var items: [YAMLNode] = []
        while true {
            let (event, line) = try parser.next()
            if event == .sequenceEnd { return items }
            items.append(try node(event, line, depth: depth + 1))
        }
    }

    private mutating func pairs(_ depth: Int) throws(YAMLParser.Fault) -> [YAMLNode.Pair] {
        var pairs: [YAMLNode.Pair] = []
        while true {
            let (event, line) = try parser.next()
            if event == .mappingEnd { return pairs }
            let key = try node(event, line, depth: depth + 1)
            let (following, place) = try parser.next()
            pairs.append(.init(key: key, value: try node(following, place, depth: depth + 1)))
        }
    }
}

import Archive
import Diagnostics
import Glibc
package import SourceTree

extension SourceTree {
    /// The longest file that is looked at, in bytes.
    private static let longestSource = 4 << 20

    /// Its C files in their order, each read as it is come to; one that is long beyond what people write, or can't be read, is
    /// left out.
    package var cSources: some Sequence<(path: String, source: CSource)> {
        files.lazy.compactMap { entry -> (path: String, source: CSource)? in
            guard entry.path.hasSuffix(".c"), entry.size < Self.longestSource,
                case .file(let content) = entry.kind, let bytes = try? content.readAll()
            else { return nil }
            return (entry.path, CSource(bytes))
        }
    }
}

/// A C file as bytes: trees have megabytes of them, and few lines in them are of interest.
package struct CSource {
    /// The longest use of a macro that is looked at.
    private static let longestUse = 4096

    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    init(_ text: String) { bytes = Array(text.utf8) }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The same with a blank for every byte of a comment but line breaks (C11 6.4.9); literals stay as they are.
    package var withoutComments: CSource {
        var result = bytes
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                index = endOfLiteral(index)
            case UInt8(ascii: "/"):
                let end = endOfComment(index)
                for place in index..<end where bytes[place] != UInt8(ascii: "\n") {
                    result[place] = UInt8(ascii: " ")
                }
                index = max(end, index + 1)
            default:
                index += 1
            }
        }
        return CSource(result)
    }

    /// Behind the literal that begins at `start`.
    ///
    /// One that is not closed, as an apostrophe in an `#error`, ends with its line.
    private func endOfLiteral(_ start: Int) -> Int {
        var index = start + 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") {
            if bytes[index] == bytes[start] { return index + 1 }
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return index
    }

    /// Behind the comment that begins at `start`; `start` where none does.
    private func endOfComment(_ start: Int) -> Int {
        var index = start + 2
        switch bytes[start...].dropFirst().first {
        case UInt8(ascii: "/"):
            // A backslash at the end of the line takes the next one along.
            while index < bytes.count,
                bytes[index] != UInt8(ascii: "\n") || bytes[index - 1] == UInt8(ascii: "\\")
            {
                index += 1
            }
            return index
        case UInt8(ascii: "*"):
            while index < bytes.count {
                if bytes[index] == UInt8(ascii: "*"), bytes[(index + 1)...].first == UInt8(ascii: "/") {
                    return index + 2
                }
                index += 1
            }
            return index
        default:
            return start
        }
    }

    /// Where `word` begins, in order, and no other identifier goes on into it.
    func places(of word: StaticString) -> [Int] {
        unsafe bytes.withUnsafeBytes { text in
            guard let start = text.baseAddress else { return [] }
            let first = Int32(unsafe word.utf8Start.pointee)
            let count = word.utf8CodeUnitCount
            var places: [Int] = []
            var offset = 0
            while offset + count <= text.count,
                let hit = unsafe memchr(start + offset, first, text.count - offset - count + 1)
            {
                let place = unsafe UnsafeRawPointer(hit) - start
                if unsafe memcmp(hit, word.utf8Start, count) == 0,
                    place == 0 || !Self.isWord(bytes[place - 1])
                {
                    places.append(place)
                }
                offset = place + 1
            }
            return places
        }
    }

    /// Whether it has `word` anywhere, be it in a comment.
    package func contains(_ word: StaticString) -> Bool { !places(of: word).isEmpty }

    func continues(at place: Int, with word: String) -> Bool { bytes[place...].starts(with: word.utf8) }

    /// Whether it has the words "any later version", also with the line breaks of a comment between them.
    var saysAnyLaterVersion: Bool {
        func isBetween(_ byte: UInt8) -> Bool { Self.isSpace(byte) || "*/#".utf8.contains(byte) }
        func isAlike(_ some: ArraySlice<UInt8>, _ word: String) -> Bool {
            some.elementsEqual(word.utf8) { $0 | 0x20 == $1 }
        }
        let spellings: [StaticString] = ["later", "Later", "LATER"]
        return spellings.contains { later in
            places(of: later).contains { place in
                let behind = bytes[(place + later.utf8CodeUnitCount)...]
                let next = behind.drop(while: isBetween)
                guard let last = bytes[..<place].lastIndex(where: { !isBetween($0) }), last < place - 1,
                    next.startIndex > behind.startIndex
                else { return false }
                return isAlike(bytes[...last].suffix(3), "any") && isAlike(next.prefix(7), "version")
            }
        }
    }

    /// What is said behind `mark` in its line, up to the end of its comment; of several the first that says something.
    func remark(behind mark: StaticString) -> String? {
        for place in places(of: mark) {
            let words = bytes[(place + mark.utf8CodeUnitCount)...].drop(while: Self.isBlank).prefix {
                $0 != UInt8(ascii: "*") && $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r")
            }
            if !words.isEmpty { return String(decoding: words, as: UTF8.self) }
        }
        return nil
    }

    /// The argument of the macro at `place` if it is string literals, one or several in a row, and nothing else; nil
    /// where one has an escape.
    func argument(at place: Int) -> String? {
        var rest = bytes[place...].prefix(Self.longestUse).drop(while: Self.isMacroName).drop(
            while: Self.isSpace)
        guard rest.popFirst() == UInt8(ascii: "(") else { return nil }
        var argument: [UInt8]?
        while true {
            rest = rest.drop(while: Self.isSpace)
            switch rest.popFirst() {
            case UInt8(ascii: "\""):
                let text = rest.prefix {
                    $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "\n")
                }
                rest = rest[text.endIndex...]
                guard rest.popFirst() == UInt8(ascii: "\"") else { return nil }
                argument = (argument ?? []) + text
            case UInt8(ascii: ")"):
                return argument.map { String(decoding: $0, as: UTF8.self) }
            default:
                return nil
            }
        }
    }

    /// What ``argument(at:)`` gives of each use of `word`, and its line counted from 1, in order; those without are left out.
    ///
    /// An argument may also be a name that this file defines as string literals, once and without a condition on it: another
    /// file or the compiler's command line would have their say else.
    package func constantArguments(of word: StaticString) -> [(argument: String, line: Int)] {
        let places = places(of: word)
        guard !places.isEmpty else { return [] }
        let constants = constants
        var (counted, line) = (0, 1)
        return places.compactMap { place in
            line += bytes[counted..<place].count { $0 == UInt8(ascii: "\n") }
            counted = place
            let argument = argument(at: place) ?? name(at: place).flatMap { constants[$0] }
            return argument.map { ($0, line) }
        }
    }

    /// The argument of the macro at `place` if it is one name.
    private func name(at place: Int) -> ArraySlice<UInt8>? {
        let behind = bytes[place...].prefix(Self.longestUse).drop(while: Self.isMacroName).drop(
            while: Self.isSpace)
        guard behind.first == UInt8(ascii: "(") else { return nil }
        let rest = behind.dropFirst().drop(while: Self.isSpace)
        let name = rest.prefix(while: Self.isWord)
        guard !name.isEmpty, rest[name.endIndex...].drop(while: Self.isSpace).first == UInt8(ascii: ")")
        else { return nil }
        return name
    }

    /// The names that directives speak of once, to define them as string literals.
    private var constants: [ArraySlice<UInt8>: String] {
        var literals: [ArraySlice<UInt8>: String] = [:]
        var known: Set<ArraySlice<UInt8>> = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let line = line.drop(while: Self.isBlank)
            guard line.first == UInt8(ascii: "#") else { continue }
            let words = line.dropFirst().drop(while: Self.isBlank)
            let definition = Self.definition(words)
            for name in Set(words.split(whereSeparator: { !Self.isWord($0) })) {
                let isNew = known.insert(name).inserted
                literals[name] = isNew && name == definition?.name ? definition?.literals : nil
            }
        }
        return literals
    }

    /// What `define NAME "…"` says.
    private static func definition(
        _ directive: ArraySlice<UInt8>
    ) -> (name: ArraySlice<UInt8>, literals: String)? {
        guard directive.starts(with: "define".utf8) else { return nil }
        let rest = directive.dropFirst("define".utf8.count).drop(while: isBlank)
        let name = rest.prefix(while: isWord)
        let value = rest[name.endIndex...]
        guard let next = value.first, isBlank(next) else { return nil }
        return CSource(Array("(".utf8) + value + Array(")".utf8)).argument(at: 0).map { (name, $0) }
    }

    /// The number of a byte's line, counted from 1.
    func line(of place: Int) -> Int {
        bytes[..<place].count { $0 == UInt8(ascii: "\n") } + 1
    }

    private static func isMacroName(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        isMacroName(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        isBlank(byte) || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }
}

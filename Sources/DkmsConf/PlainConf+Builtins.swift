import Streams
import SystemPackage

/// `export`, `declare`, `unset` and `.`, in their usual forms.
extension PlainConf {
    var isAtCommandEnd: Bool {
        byte == UInt8(ascii: "\n") || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "#")
            || byte == UInt8(ascii: "&") || byte == UInt8(ascii: "|") || isAtEnd
    }

    /// Names and assignments; bash expands all of them before it makes the first.
    mutating func declaration(mayHaveOptions: Bool) throws(ShellNeed) {
        skipBlanks()
        if mayHaveOptions, byte == UInt8(ascii: "-") {
            let option = text[at + 1]
            guard option == UInt8(ascii: "a") || option == UInt8(ascii: "x"), Self.isSpace(text[at + 2])
            else {
                throw need("`declare \(described(at).dropFirst())")
            }
            at += 2
        }
        var count = 0
        while true {
            skipBlanks()
            if isAtCommandEnd { break }
            let start = at
            guard let name = scanName(), byte != UInt8(ascii: "[") else {
                throw need(described(start), at: start)
            }
            count += 1
            if byte == UInt8(ascii: "=") || byte == UInt8(ascii: "+") {
                try assignment(name, .declaration)
                guard count == 1 || !text[start..<at].contains(UInt8(ascii: "$")) else {
                    throw need("variables in a second assignment", at: start)
                }
            } else {
                guard Self.isSpace(byte) || isAtCommandEnd else { throw need(described(start), at: start) }
                _ = try assignable(name)
            }
        }
        guard count > 0 else { throw need("a list of variables") }
        hasSucceeded = true
    }

    mutating func unset() throws(ShellNeed) {
        while true {
            skipBlanks()
            if isAtCommandEnd { break }
            let start = at
            guard let name = scanName(), Self.isSpace(byte) || isAtCommandEnd else {
                throw need(described(start), at: start)
            }
            let variable = try assignable(name)
            if isActive { variables.clear(variable) }
        }
        hasSucceeded = true
    }

    /// Reads another file, such as the kernel's `.config`, where that is as plain.
    mutating func source(from start: Int) throws(ShellNeed) {
        skipBlanks()
        let path = try argument()
        skipBlanks()
        guard let path, isAtCommandEnd else { throw need(described(at)) }
        guard isActive else { return }
        let file = try systemPath(path, from: start)
        guard Files.isRegularFile(file), let content = try? Files.contents(file) else {
            throw need("a file that cannot be read, \(file)", at: start)
        }
        let (outer, place) = (text, at)
        do throws(ShellNeed) {
            hasSucceeded = true
            try read(content)
        } catch {
            throw need("\(file), which is not plain", at: start)
        }
        (text, at) = (outer, place)
    }

    /// One word among a command's arguments; nil where the command ends.
    mutating func argument() throws(ShellNeed) -> Range<Int>? {
        if isAtCommandEnd { return nil }
        let (start, place) = (variables.bytes.count, at)
        try word(.element)
        guard at > place, Self.isSpace(byte) || isAtCommandEnd else { throw need(described(at)) }
        return start..<variables.bytes.count
    }

    /// The path of a file that bash would look at.
    func systemPath(_ path: Range<Int>, from start: Int) throws(ShellNeed) -> FilePath {
        guard seesSystem, variables.bytes[path].first == UInt8(ascii: "/") else {
            throw need(described(start), at: start)
        }
        return FilePath(variables.text(path))
    }
}

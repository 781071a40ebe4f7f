/// Reads a `dkms.conf` without a shell, with the meaning that bash 5 gives it; refuses what is not certain.
///
/// One pass over the bytes reads and evaluates: what is known there are assignments and what they are made of.
/// Anything else throws ``ShellNeed``, whatever was read before.
struct PlainConf {
    /// The file that is being read, with a NUL behind it.
    var text: [UInt8] = []
    /// The place in it.
    var at = 0
    var variables = PlainVariables()

    init(_ context: ConfContext) {
        variables.set("kernelver", context.kernelRelease ?? "")
        variables.set("arch", context.arch)
        variables.set("kernel_source_dir", context.kernelSourceFolder)
        variables.set("kernel_config", context.kernelConfig)
        variables.set("module", context.module)
        variables.set("module_version", context.moduleVersion)
        variables.set("dkms_tree", context.dkmsTree)
        variables.set("source_tree", context.sourceTree)
        variables.set("install_tree", context.installTree)
        variables.set("tmp_location", context.temporaryLocation)
        variables.set("parallel_jobs", String(context.parallelJobs))
    }

    /// Reads one file; the next one finds what it left.
    mutating func read(_ file: [UInt8]) throws(ShellNeed) {
        text = file
        text.append(0)
        at = 0
        while true {
            skipLines()
            if isAtEnd { return }
            try command()
        }
    }

    func values() -> ConfValues { variables.directives() }

    var byte: UInt8 { text[at] }
    var isAtEnd: Bool { at == text.count - 1 }

    func need(_ construct: String, at offset: Int? = nil) -> ShellNeed {
        ShellNeed(construct: construct, offset: offset ?? at)
    }

    /// A command up to its newline or semicolon.
    private mutating func command() throws(ShellNeed) {
        var hasAssigned = false
        while true {
            let start = at
            guard let name = scanName(), try assignment(name) else {
                throw hasAssigned
                    ? need("a variable for a command only", at: start) : need(described(start), at: start)
            }
            hasAssigned = true
            skipBlanks()
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: ";"):
                at += 1
                return
            case UInt8(ascii: "#"):
                skipComment()
                return
            case 0 where isAtEnd: return
            default: break
            }
        }
    }

    /// The word at `start`, for a message.
    func described(_ start: Int) -> String {
        let word = text[start...].prefix { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ";") }.prefix(40)
        return word.isEmpty ? "a character that is not plain" : "`\(String(decoding: word, as: UTF8.self))`"
    }

    /// Passes a variable's name; nil where none stands here.
    mutating func scanName() -> Range<Int>? {
        let start = at
        guard Self.beginsName(byte) else { return nil }
        at += 1
        while Self.beginsName(byte) || Self.isDigit(byte) { at += 1 }
        return start..<at
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
    static func beginsName(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_") }

    /// Passes blanks and continued lines.
    mutating func skipBlanks() {
        while true {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"): at += 1
            case UInt8(ascii: "\\") where text[at + 1] == UInt8(ascii: "\n"): at += 2
            default: return
            }
        }
    }

    /// Passes blanks, comments and ends of lines.
    ///
    /// A carriage return alone on a line is a command that bash doesn't find, which changes nothing; in an array
    /// it is an element.
    mutating func skipLines(inArray: Bool = false) {
        while true {
            skipBlanks()
            switch byte {
            case UInt8(ascii: "\n"): at += 1
            case UInt8(ascii: "#"): skipComment()
            case 0x0D where !inArray && text[at + 1] == UInt8(ascii: "\n"): at += 2
            default: return
            }
        }
    }

    private mutating func skipComment() {
        while byte != UInt8(ascii: "\n"), !isAtEnd { at += 1 }
    }
}

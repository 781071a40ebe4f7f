/// Reads a `dkms.conf` without a shell, with the meaning that bash 5 gives it; refuses what is not certain.
///
/// One pass over the bytes reads and evaluates: what is known there are assignments, what they are made of, and
/// conditions on what is known. Anything else throws ``ShellNeed``, whatever was read before.
struct PlainConf {
    /// The file that is being read, with a NUL behind it.
    var text: [UInt8] = []
    /// The place in it.
    var at = 0
    var variables = PlainVariables()
    /// False within a branch that is not taken: it is read, but nothing of it happens.
    var isActive = true
    /// Whether the last command succeeded.
    var hasSucceeded = true
    /// How many commands and files enclose this place; bounded, since each costs room on the stack.
    var depth = 0
    /// Whether the files of this system are those that bash would see.
    let seesSystem: Bool

    init(_ context: ConfContext) {
        seesSystem = context.etcFiles.isEmpty
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
        guard try list() == .end else { throw need("a word out of place") }
    }

    func values() -> ConfValues { variables.directives() }

    var byte: UInt8 { text[at] }
    var isAtEnd: Bool { at == text.count - 1 }

    func need(_ construct: String, at offset: Int? = nil) -> ShellNeed {
        ShellNeed(construct: construct, offset: offset ?? at)
    }

    /// The word at `start`, for a message.
    func described(_ start: Int) -> String {
        let word = text[start...].prefix { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ";") }.prefix(40)
        return word.isEmpty ? "a character out of place" : "`\(String(decoding: word, as: UTF8.self))`"
    }

    /// Passes a variable's name; nil where none stands here.
    mutating func scanName() -> Range<Int>? {
        let start = at
        guard Self.beginsName(byte) else { return nil }
        at += 1
        while Self.beginsName(byte) || Self.isDigit(byte) { at += 1 }
        return start..<at
    }

    func isNamed(_ name: Range<Int>, _ word: String) -> Bool {
        word.utf8.count == name.count && word.utf8.elementsEqual(text[name])
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
    static func beginsName(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_") }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\n")
    }

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
    mutating func skipLines() {
        while true {
            skipBlanks()
            switch byte {
            case UInt8(ascii: "\n"): at += 1
            case UInt8(ascii: "#"): skipComment()
            default: return
            }
        }
    }

    mutating func skipComment() {
        while byte != UInt8(ascii: "\n"), !isAtEnd { at += 1 }
    }
}

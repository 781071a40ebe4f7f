import Diagnostics

/// The text of a `dkms.conf`, for what the evaluated values don't tell: lines, misspelt names, files it reads.
struct ConfText {
    /// The path to show in diagnostics.
    let file: String
    /// The lines without their comments; those inside quotes keep theirs, which costs no more than a wrong line.
    private let lines: [String]

    init(_ text: String, file: String) {
        self.file = file
        lines = text.lines.map { line in
            let code = line.drop { $0 == " " || $0 == "\t" }
            return code.hasPrefix("#") ? "" : String(line)
        }
    }

    /// Whether nothing but blanks and comments is there.
    var isEmpty: Bool { lines.allSatisfy { line in line.allSatisfy(\.isWhitespace) } }

    /// The place where `name` is first given a value (`NAME=`, `NAME[index]=`); the file where none is found.
    func location(of name: String, index: Int? = nil) -> Diagnostic.Location {
        let exact = index.flatMap { index in
            assignments.first { $0.name == name && ($0.index == index || ($0.index == nil && index == 0)) }
        }
        return .init(file: file, line: (exact ?? assignments.first { $0.name == name })?.line)
    }

    /// The numbers of the lines that give `name` a value, each once.
    func lines(setting name: String) -> [Int] {
        var numbers: [Int] = []
        for assignment in assignments where assignment.name == name && numbers.last != assignment.line {
            numbers.append(assignment.line)
        }
        return numbers
    }

    /// The place of the first line that has `word` as a word of its own.
    func location(ofWord word: String) -> Diagnostic.Location {
        let line = lines.firstIndex { line in
            line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.contains { $0 == word }
        }
        return .init(file: file, line: line.map { $0 + 1 })
    }

    /// Names that are given a value, mean nothing, are used nowhere in the file, and look like a directive.
    var misspelt: [(name: String, known: String, line: Int)] {
        var seen: Set<String> = []
        return assignments.compactMap { assignment in
            let name = assignment.name
            guard !Directives.all.contains(name), seen.insert(name).inserted, !isUsed(name),
                let known = Directives.nearest(to: name)
            else { return nil }
            return (name, known, assignment.line)
        }
    }

    /// What the file reads that tells which system this is, sorted.
    var hostFiles: [String] {
        var found: Set<String> = []
        for line in lines {
            let words = line.split { character in
                !(character.isLetter || character.isNumber || "/_.-*?".contains(character))
            }
            for word in words {
                if word.hasPrefix("/etc/"), HostIdentity.isIdentity(String(word.dropFirst(5))) {
                    found.insert(String(word))
                } else if word == "/usr/lib/os-release" || word == "lsb_release"
                    || word.hasSuffix("/lsb_release")
                {
                    found.insert(String(word))
                }
            }
        }
        return found.sorted()
    }

    private struct Assignment {
        let name: String
        let index: Int?
        let line: Int
    }

    private var assignments: [Assignment] {
        lines.enumerated().flatMap { number, line in
            // A new command may begin after `;`, `&`, `|`, or words such as `then` and `export`.
            line.split { " \t;&|(".contains($0) }.compactMap { word in
                Self.assignment(word, line: number + 1)
            }
        }
    }

    private static func assignment(_ word: Substring, line: Int) -> Assignment? {
        guard let equals = word.firstIndex(of: "=") else { return nil }
        var name = word[..<equals]
        if name.hasSuffix("+") { name.removeLast() }
        var index: Int?
        if name.hasSuffix("]"), let bracket = name.firstIndex(of: "[") {
            index = Int(name[name.index(after: bracket)...].dropLast())
            name = name[..<bracket]
        }
        let isName =
            name.first?.isNumber == false
            && name.allSatisfy { $0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_") }
        return isName ? Assignment(name: String(name), index: index, line: line) : nil
    }

    private func isUsed(_ name: String) -> Bool {
        lines.contains { line in line.contains("$\(name)") || line.contains("${\(name)") }
    }
}

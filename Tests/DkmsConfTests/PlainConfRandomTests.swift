import DkmsConf
import ScratchFolder
import Testing

/// Random words in every place where one can stand: what is taken without a shell means what bash makes of it.
@Suite struct PlainConfRandomTests {
    private static let pieces = [
        "a", "b", "7", "é", "x.y", "-", "/", "=", ":", "~", "%", ",", "+", "!", "^", "#", "*", "?", "[x]",
        "]", "{a,b}", "{", "}", "@", "\\",
        "\\$", "\\ ", "\\\\", "\\\n", "\\'", "\\\"", "' '", "'$V'", "'\\'", "\"\"", "''", "\"$V\"",
        "\"\\$V\"", "\"a\\\nb\"", "\"'\"", "'\"'",
        "\"\\a\"", "\"$\"", "$", "$V", "$W", "$E", "$U", "${V}", "${V}s", "${U:-d}", "${E-d}", "${E:-$W}",
        "${W%%-*}", "${W#*.}", "${W%.?}",
        "\"${W##*[!0-9]}\"", "\"${U:-x y}\"", "${V:+y}", "${A[1]}", "${A[9]}", "$A", "$'\\t\\''", "$'a'",
        "\"$'a'\"", "$((N+1))", "\r", "\"\r\"",
        " ", ";", "'", "\"", "`", "$(", "(", ")", "&", "|", "<",
    ]

    private static let state = "V='v w'\nW=6.1.0-rc1\nE=\nA=(p 'q r' [4]=s)\nN=41\n"

    private func word(_ generator: inout SeededGenerator) -> String {
        (0..<Int.random(in: 0...5, using: &generator)).map { _ in
            // Most pieces break a word seldom.
            let last =
                Int.random(in: 0..<8, using: &generator) == 0 ? Self.pieces.count : Self.pieces.count - 11
            return Self.pieces[Int.random(in: 0..<last, using: &generator)]
        }.joined()
    }

    private func line(_ number: Int, _ generator: inout SeededGenerator) -> String {
        let (one, two) = (word(&generator), word(&generator))
        let answer = "MAKE[\(number)]"
        return switch Int.random(in: 0..<12, using: &generator) {
        case 0: "\(answer)='is set'\n\(answer)+=\(one)"
        case 1: "PATCH+=(\(one) \(two))"
        case 2: "PATCH+=([\(number)]=\(one)\n\(two))"
        case 3: "if [ \(one) = \(two) ]; then \(answer)=1; else \(answer)=2; fi"
        case 4: "[[ \(one) == \(two) ]] && \(answer)=1"
        case 5: "case \(one) in \(two)) \(answer)=1;; *) \(answer)=2;; esac"
        case 6: "export X=\(one)\n\(answer)=$X"
        case 7: "\(answer)=\(one) STRIP[\(number)]=\(two)"
        case 8: "[ -n \(one) ] || \(answer)=\(two)"
        default: "\(answer)=\(one)\(two)"
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func equalsBash(_ seed: UInt64) async throws {
        var generator = SeededGenerator(state: seed)
        var lines: [String] = []
        for number in 0..<600 {
            let line = line(number, &generator)
            if try plainValues("\(Self.state)\(line)\n") != nil { lines.append(line) }
        }
        #expect(lines.count > 150, "too little is taken to say much: \(lines.count)")
        // Lines are joined by two newlines, since a backslash at the end of one takes a newline with it.
        let both = try await BothWays(Self.state + lines.joined(separator: "\n\n") + "\n")
        let isEqual = both.plain != nil && both.plain == both.shellValues
        #expect(isEqual)
        guard !isEqual else { return }
        for line in lines {
            let alone = try await BothWays("\(Self.state)\(line)\n")
            let isEqual = alone.plain == alone.shellValues
            #expect(isEqual, "\(line.debugDescription)")
        }
    }
}

import RPMFormat
import Testing
import Tools

/// rpm's own comparison is the oracle.
@Suite(.enabled("needs rpm") { await isInstalled("rpm") })
struct RPMVersionTests {
    @Test func rpmAgrees() async throws {
        let versions = [
            "1", "1.0", "1.00", "1.0a", "1.0.a", "1.0~rc1", "1.0^git1", "1.0^", "1.0~", "1.0~^", "1.0^~",
            "1.10", "1.9",
            "1..0", "a", "b1", "2.1.5", "2.1.5+dfsg", "2.1.5+dfsg1", "3.el9", "3.el9_4", "3", "1.0^git1~pre",
            "~", "^", "A",
            "1.0.1", "00001", "1a1", "10a",
        ]
        let pairs = versions.flatMap { left in versions.map { (left, $0) } }
        let script = pairs.map { #"print(rpm.vercmp("\#($0.0)", "\#($0.1)") .. " ")"# }.joined(
            separator: "\n")
        let outcome = try await Program("rpm", ["--eval", "%{lua:\(script)}"]).capture()
        let answers = String(decoding: outcome.output, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        try #require(answers.count == pairs.count)
        for ((left, right), answer) in zip(pairs, answers) {
            let (a, b) = (RPMVersion(left), RPMVersion(right))
            #expect((a < b ? -1 : a == b ? 0 : 1) == Int(answer), "\(left) and \(right)")
        }
    }
}

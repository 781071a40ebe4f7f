import ScratchFolder
import Testing
import Tools

@testable import RPMFormat

/// rpm's order of versions, as rpm has it.
@Suite struct RPMVersionTests {
    /// Sorted; those of one line are equal.
    static let order: [[String]] = [
        ["1~~"], ["1~"], ["1~rc1", "1.~rc1", "1~.rc1"], ["1~1"], ["1", "01", "1.", "1+"], ["1^", "1^."],
        ["1^a"], ["1^5"],
        ["1.B"], ["1.a", "1a"], ["1.el9"], ["1.el9_4"], ["1.0", "1_0", "1+00"], ["1.0.1"], ["1.9"], ["1.10"],
        ["2"],
        ["100000000000000000000"],
    ]

    private static let pairs = order.indices.flatMap { index in
        order.indices.flatMap { other in
            order[index].flatMap { left in
                order[other].map { (left, $0, index < other ? -1 : index > other ? 1 : 0) }
            }
        }
    }

    @Test func theOrder() {
        for (left, right, expected) in Self.pairs {
            #expect((RPMVersion(left) < RPMVersion(right)) == (expected < 0), "\(left) \(right)")
            #expect((RPMVersion(left) == RPMVersion(right)) == (expected == 0), "\(left) \(right)")
        }
    }

    /// None is empty or has a hyphen, which rpm takes for no version.
    private static let odd = [
        "~", "^", "a", "A", "b1", "1a1", "10a", "00001", "1..0", "1.0a", "1.0.a", "1.0~rc1",
        "1.0^git1",
        "1.0^git1~pre", "1.0^", "1.0~", "1.0~^", "1.0^~", "2.1.5+dfsg", "2.1.5+dfsg1", "3.el9", "3.el9_4",
    ]

    @Test(.enabled(if: isInstalled("rpm"), "rpm is not installed"))
    func rpmAgrees() async throws {
        let versions = Self.order.flatMap(\.self) + Self.odd
        let pairs = versions.flatMap { left in versions.map { (left, $0) } }
        let lines = pairs.map { "print(rpm.vercmp(\"\($0.0)\", \"\($0.1)\") .. \";\")" }
        let outcome = try await Program("rpm", ["--eval", "%{lua: \(lines.joined(separator: "\n"))}"])
            .capture()
        let said = String(decoding: outcome.output, as: UTF8.self).split(separator: ";").compactMap {
            Int($0)
        }
        try #require(said.count == pairs.count)
        for ((left, right), order) in zip(pairs, said) {
            let (a, b) = (RPMVersion(left), RPMVersion(right))
            #expect((a < b ? -1 : a == b ? 0 : 1) == order, "\(left) \(right)")
        }
    }
}

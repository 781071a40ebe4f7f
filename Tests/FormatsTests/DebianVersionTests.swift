import Testing
import Tools

@testable import DebFormat

/// dpkg's order of versions, as dpkg has it.
@Suite struct DebianVersionTests {
    /// Sorted; those of one line are equal.
    static let order: [[String]] = [
        ["0~~"], ["0~"], ["0", "0:0", "0-0", "00"], ["0-1"], ["0a"], ["0+"], ["0."], ["1.0~rc1-1"],
        ["1.0-1", "1.00-01"],
        ["1.0-1+6.1.0"], ["1.0-2"], ["1.0+6.1.0.9-1"], ["1.0+6.1.0.56-1"], ["1.0+6.1.0.56-2"],
        ["1.0+6.12~rc3-1"], ["1.0+6.12-1"], ["1.0+6.12.43+deb13-1"], ["1.0.1-1"], ["1.10-1"], ["1:0-1"],
    ]

    @Test func theOrder() {
        for (index, versions) in Self.order.enumerated() {
            for (other, others) in Self.order.enumerated() {
                for left in versions {
                    for right in others {
                        #expect(
                            (DebianVersion(left) < DebianVersion(right)) == (index < other),
                            "\(left) \(right)")
                    }
                }
            }
        }
    }

    @Test(arguments: [
        ("2:1.5.0+dfsg-1+b2", "1.5.0+dfsg", "1+b2"), ("1.5.0", "1.5.0", nil), ("1-2-3", "1-2", "3"),
        ("1-", "1", ""),
    ])
    func theParts(_ text: String, _ upstream: String, _ revision: String?) {
        #expect(DebianVersion(text).upstream == upstream)
        #expect(DebianVersion(text).revision == revision)
        #expect("2:" + DebianVersion(text).withoutEpoch == text || DebianVersion(text).withoutEpoch == text)
    }

    @Test func dpkgAgrees() async throws {
        for (lower, higher) in zip(Self.order, Self.order.dropFirst()) {
            for left in lower {
                for right in higher {
                    let outcome = try await Program("dpkg", ["--compare-versions", left, "lt", right])
                        .capture()
                    #expect(outcome.status == 0, "\(left) \(right)")
                }
            }
        }
    }
}

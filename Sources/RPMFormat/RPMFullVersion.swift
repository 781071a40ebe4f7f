/// `[EPOCH:]VERSION[-RELEASE]` in rpm's order (rpm-version(7)).
///
/// Of two that are equal but for a release the one that has none comes first; a missing epoch is 0.
package struct RPMFullVersion: Comparable, Sendable {
    private let parts: [RPMVersion]

    package static func == (left: RPMFullVersion, right: RPMFullVersion) -> Bool { left.parts == right.parts }

    package init(_ text: String) {
        var rest = text[...]
        var epoch: Substring = "0"
        if let colon = rest.firstIndex(of: ":") {
            epoch = rest[..<colon]
            rest = rest[rest.index(after: colon)...]
        }
        let hyphen = rest.lastIndex(of: "-") ?? rest.endIndex
        parts = [epoch, rest[..<hyphen], rest[hyphen...]].map { RPMVersion(String($0)) }
    }

    package static func < (left: RPMFullVersion, right: RPMFullVersion) -> Bool {
        zip(left.parts, right.parts).first { $0 != $1 }.map { $0 < $1 } ?? false
    }
}

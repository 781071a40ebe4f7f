import DebFormat
import RPMFormat
import ScratchFolder
import Testing
import Tools

@testable import Converters

/// The versions of packages that follow the newest kernel, in the order of dpkg and rpm: first that of the release, then that of
/// the kernel.
@Suite struct FollowingVersionTests {
    /// Each older than the next.
    private static let debianKernels = [
        "6.1.0-9-amd64", "6.1.0-56-amd64", "6.12-rc3-amd64", "6.12-amd64", "6.12-1-amd64", "6.12.9+bpo-amd64",
        "6.12.43+deb13-amd64",
    ]
    private static let redHatKernels = [
        "5.14.0-427.el9.x86_64", "5.14.0-427.13.1.el9_4.x86_64", "5.14.0-427.20.1.el9_4.x86_64",
        "5.14.0-503.el9.x86_64", "5.14.0-503.el9_5.x86_64",
        "6.12.0-0.rc3.20241018gitade8ff3b6a59.30.fc42.x86_64", "6.12.0-60.fc42.x86_64",
    ]
    private static let otherKernels = [
        "6.4.0-150600.21-default", "6.4.0-150600.21.2-default", "6.4.0-150600.23.14-default",
        "6.12-rc3-default",
        "6.12-rc10-default", "6.12-default", "6.12.1-default",
    ]

    @Test(arguments: [debianKernels, redHatKernels, otherKernels])
    func kernelsAscend(_ kernels: [String]) {
        for (older, newer) in zip(kernels, kernels.dropFirst()) {
            #expect(DebianKernel(older) < DebianKernel(newer), "\(older) \(newer)")
            #expect(
                RPMKernelName(.sample(older)).precedes(RPMKernelName(.sample(newer))), "\(older) \(newer)")
        }
    }

    @Test(arguments: [
        ("1", "1.5.0-1~6.1.0+56", "1~6.1.0+56"), ("1.el9", "1.5.0-1.el9~6.1.0+56", "1.el9~6.1.0+56"),
        ("1~bpo12+1", "1.5.0-1~~bpo12+1~6.1.0+56", "1~~bpo12+1~6.1.0+56"),
        ("1a", "1.5.0-1a0~6.1.0+56", "1a~6.1.0+56"),
    ])
    func versions(_ revision: String, _ debian: String, _ rpm: String) throws {
        let naming = try PackageNaming(name: "hello", version: "1.5.0", revision: revision)
        #expect(naming.debianVersion(following: "6.1.0+56") == debian)
        #expect(naming.rpmRelease(following: "6.1.0+56") == rpm)
    }

    // MARK: What V and R may hold

    /// One release for one kernel, by the kernel's place among the others.
    private struct Follower {
        let naming: PackageNaming
        let kernel: Int
    }

    private typealias Pair = (Follower, Follower)

    private static func word(_ pieces: [String], _ generator: inout SeededGenerator) -> String {
        (0..<Int.random(in: 0...3, using: &generator)).map { _ in
            pieces[Int.random(in: 0..<pieces.count, using: &generator)]
        }.joined()
    }

    /// Pairs whose versions, and whose revisions, mostly begin alike.
    private static func pairs(_ count: Int, seed: UInt64, kernels: Int) throws -> [Pair] {
        var generator = SeededGenerator(state: seed)
        let ends = [
            "", "", "+1", "+10", "+git1", ".1", "a", "~rc1", "~bpo12+1", ".el9", ".el9.6.1", "ubuntu1", "+b1",
            "~6.1.0+56", "+6.1.0+56", ".6.1.0+56", "~~", "0",
        ]
        let pieces = ["~", "~", ".", "+", "a", "A", "z", "0", "5", "6", "7"]
        func text(after start: String) -> String {
            if Bool.random(using: &generator) { return start + word(pieces, &generator) }
            return start + ends[Int.random(in: 0..<ends.count, using: &generator)]
        }
        return try (0..<count).map { _ in
            let version = text(after: "1.5.0")
            let isSameVersion = Int.random(in: 0..<3, using: &generator) > 0
            let revision = text(after: "1")
            func follower(_ version: String, _ revision: String) throws -> Follower {
                Follower(
                    naming: try PackageNaming(name: "hello", version: version, revision: revision),
                    kernel: Int.random(in: 0..<kernels, using: &generator))
            }
            return (
                try follower(version, revision),
                try follower(
                    isSameVersion ? version : text(after: version),
                    Bool.random(using: &generator) ? text(after: revision) : text(after: "1"))
            )
        }
    }

    private static func order<Value: Comparable>(_ left: Value, _ right: Value) -> Int {
        left < right ? -1 : right < left ? 1 : 0
    }

    /// The order of the packages, as said, is that of the releases and then of the kernels.
    private func check(_ pairs: [Pair], _ plain: [Int], _ following: [Int], _ name: (Follower) -> String) {
        #expect(plain.count == pairs.count && following.count == pairs.count)
        for ((left, right), orders) in zip(pairs, zip(plain, following)) {
            let expected = orders.0 == 0 ? Self.order(left.kernel, right.kernel) : orders.0
            #expect(orders.1 == expected, "\(name(left)) \(name(right))")
        }
    }

    private static func debian(_ follower: Follower) -> String {
        follower.naming.debianVersion(following: DebianKernel(debianKernels[follower.kernel]).version)
    }

    private static func rpm(_ follower: Follower) -> (version: String, release: String) {
        let kernel = RPMKernelName(.sample(redHatKernels[follower.kernel]))
        return (follower.naming.version, follower.naming.rpmRelease(following: kernel.version))
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func aHigherReleaseWins(_ seed: UInt64) throws {
        let pairs = try Self.pairs(5000, seed: seed, kernels: Self.debianKernels.count)
        func debianOrder(_ text: (Follower) -> String) -> [Int] {
            pairs.map { Self.order(DebianVersion(text($0.0)), DebianVersion(text($0.1))) }
        }
        check(pairs, debianOrder(\.naming.full), debianOrder(Self.debian), Self.debian)
        func rpmOrder(_ text: (Follower) -> (version: String, release: String)) -> [Int] {
            pairs.map { pair in
                let (left, right) = (text(pair.0), text(pair.1))
                let order = Self.order(RPMVersion(left.version), RPMVersion(right.version))
                return order == 0 ? Self.order(RPMVersion(left.release), RPMVersion(right.release)) : order
            }
        }
        let plain = rpmOrder { ($0.naming.version, $0.naming.revision) }
        check(pairs, plain, rpmOrder(Self.rpm)) { "\(Self.rpm($0))" }
    }

    @Test(.enabled(if: isInstalled("dpkg"), "needs dpkg"))
    func dpkgAgrees() async throws {
        let pairs = try Self.pairs(300, seed: 4, kernels: Self.debianKernels.count)
        func order(_ text: (Follower) -> String) async throws -> [Int] {
            let script = """
                while [ $# -gt 0 ]; do
                    if dpkg --compare-versions "$1" lt "$2"; then echo -1
                    elif dpkg --compare-versions "$1" gt "$2"; then echo 1
                    else echo 0; fi
                    shift 2
                done
                """
            let outcome = try await Program(
                "sh", ["-c", script, "sh"] + pairs.flatMap { [text($0.0), text($0.1)] }
            ).capture()
            #expect(outcome.errorOutput.isEmpty)
            return String(decoding: outcome.output, as: UTF8.self).split(separator: "\n").compactMap {
                Int($0)
            }
        }
        check(pairs, try await order(\.naming.full), try await order(Self.debian), Self.debian)
    }

    @Test(.enabled(if: isInstalled("rpm"), "needs rpm"))
    func rpmAgrees() async throws {
        let pairs = try Self.pairs(600, seed: 5, kernels: Self.redHatKernels.count)
        func order(_ text: (Follower) -> (version: String, release: String)) async throws -> [Int] {
            let lines = pairs.map { pair in
                let (left, right) = (text(pair.0), text(pair.1))
                return "c(\"\(left.version)\",\"\(right.version)\",\"\(left.release)\",\"\(right.release)\")"
            }
            let script = """
                function c(v, w, r, s)
                  local order = rpm.vercmp(v, w)
                  if order == 0 then order = rpm.vercmp(r, s) end
                  print(order .. ";")
                end
                """
            let outcome = try await Program(
                "rpm", ["--eval", "%{lua: \(script)\n\(lines.joined(separator: "\n"))}"]
            ).capture()
            #expect(outcome.errorOutput.isEmpty)
            return String(decoding: outcome.output, as: UTF8.self).split(separator: ";").compactMap {
                Int($0)
            }
        }
        let plain = try await order { ($0.naming.version, $0.naming.revision) }
        check(pairs, plain, try await order(Self.rpm)) { "\(Self.rpm($0))" }
    }
}

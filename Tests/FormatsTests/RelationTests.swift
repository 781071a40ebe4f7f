import DebFormat
import RPMFormat
import ScratchFolder
import Testing
import Tools

/// How each format writes what a package says of others, as dpkg and rpm read it.
@Suite struct RelationTests {
    @Test(arguments: [
        ("a1", "a1"), (" libelf-dev(>=0.150)|libelf-devel ", "libelf-dev (>= 0.150) | libelf-devel"),
        ("perl:any (= 1:2-3~)", "perl:any (= 1:2-3~)"),
        ("tool  [amd64 !i386]  <!nocheck> <a b>", "tool [amd64 !i386] <!nocheck> <a b>"),
    ])
    func anItemOfADeb(_ text: String, _ written: String) {
        #expect(DebianRelation(text)?.text == written)
    }

    @Test(arguments: [
        "", "a", "a1 |", "| a1", "A1", "a1, b1", "a1 b1", "a1 (1)", "a1 (>= )", "a1 (=> 1)", "a1 (>= 1",
        "a1 (>= x)",
        "a1 (> 1)", "a1 []", "${misc:Depends}", "(a1 or b1)",
    ])
    func noItemOfADeb(_ text: String) { #expect(DebianRelation(text) == nil) }

    @Test(.timeLimit(.minutes(1)))
    func blanksWithoutEndTakeNoLonger() {
        let blanks = String(repeating: " ", count: 50_000)
        #expect(DebianRelation("a1\(blanks)!") == nil)
        #expect(DebianRelation("a1\(blanks)(>=\(blanks)1)\(blanks)<a\(blanks)b>")?.text == "a1 (>= 1) <a b>")
    }

    @Test func whatADebCanSay() {
        #expect(DebianRelation("a1 (> 1) | b1 (< 2)", takingOldSigns: true)?.text == "a1 (>= 1) | b1 (<= 2)")
        #expect(DebianRelation("a1 [amd64]")?.isForAll == false)
        #expect(DebianRelation("a1 | b1 <!x>")?.isForAll == false)
        let provided = ["a1", "a1 (= 1)", "a1 (>= 1)", "a1 | b1", "a1 [amd64]"]
        #expect(provided.map { DebianRelation($0)?.isProvidable } == [true, true, false, false, false])
        #expect(DebianRelation.items(of: "a1,\n b1 |\n  c1 ,,") == ["a1", "b1 | c1"])
    }

    @Test(.enabled(if: isInstalled("dpkg-source"), "dpkg-dev is not installed"))
    func dpkgReadsTheSame() async throws {
        for (text, isOne) in [("a1 (>= 1) | b1:any (<< 2~)", true), ("a1 (=> 1)", false), ("a1 b1", false)] {
            let outcome = try await Program(
                "perl", ["-MDpkg::Deps", "-e", "exit !defined deps_parse($ARGV[0])", text]
            ).capture()
            #expect((outcome.status == 0) == isOne, "\(text)")
            #expect((DebianRelation(text) != nil) == isOne)
        }
    }

    @Test(arguments: [
        ("a", ["a"]), ("a >= 1, b  c<d", ["a >= 1", "b", "c<d"]),
        ("(dkms or mkdkms)", ["(dkms or mkdkms)"]), ("(a >= 1 if b) c", ["(a >= 1 if b)", "c"]),
        ("a = %{version}-%{release} /usr/bin/b", ["a = %{version}-%{release}", "/usr/bin/b"]),
        ("libx.so()(64bit)", ["libx.so()(64bit)"]),
        ("", []),
    ])
    func itemsOfASpec(_ value: String, _ expected: [String]) {
        #expect(RPMDependency.items(of: value).map(\.text) == expected)
    }

    @Test(arguments: [
        "a", "a >= 1:2-3", "/usr/bin/a", "libx.so()(64bit)", "perl(A::B) = 1", "(a or b)",
        "(a >= 1 if (b or c) else d)",
        "((a with b < 2) or mkdkms)",
    ])
    func aDependency(_ text: String) { #expect(RPMDependency(parsing: text)?.text == text) }

    @Test(arguments: [
        "", "a b", "a >= ", "a>1", "a, b", "(a", "(a or)", "(a) b)", "()", "(a b)", "(or)", "a (>= 1)",
    ])
    func noDependency(_ text: String) { #expect(RPMDependency(parsing: text) == nil) }

    @Test func richOnes() {
        let rich = RPMRichDependency("(a >= 1 or (b and c) or d(x))")
        #expect(rich?.operators == ["or", "or"])
        #expect(rich?.parts.map(\.text) == ["a >= 1", "(b and c)", "d(x)"])
        #expect(
            RPMRichDependency(String(repeating: "(", count: 99) + "a" + String(repeating: ")", count: 99))
                == nil)
    }

    @Test func thePurpose() {
        #expect(RPMDependency.Sense(purpose: "preun, POST").purpose == "post,preun")
        #expect(RPMDependency.Sense(purpose: "post") == .post)
        #expect(RPMDependency.Sense.formerPre.purpose == "pre")
        #expect(RPMDependency.Sense([.greater, .equal]).purpose.isEmpty)
    }

    /// Sorted.
    private static let versions = ["1", "1-1", "1-1.el9", "1-2", "1.1~rc1-1", "1.1-1", "1.10-1", "1:0.5-1"]

    @Test(.enabled(if: isInstalled("rpm"), "rpm is not installed"))
    func rpmSortsTheSame() async throws {
        for (index, left) in Self.versions.enumerated() {
            for (other, right) in Self.versions.enumerated() {
                #expect((RPMFullVersion(left) < RPMFullVersion(right)) == (index < other), "\(left) \(right)")
            }
        }
        for (left, right) in zip(Self.versions.dropFirst(), Self.versions.dropFirst(2)) {
            let outcome = try await Program(
                "rpm", ["--eval", "%{lua: print(rpm.vercmp('\(left)', '\(right)'))}"]
            )
            .capture()
            #expect(String(decoding: outcome.output, as: UTF8.self) == "-1\n", "\(left) \(right)")
        }
    }
}

import Diagnostics
import DkmsConf
import ScratchFolder
import Streams
import SystemPackage
import Testing

@Suite struct FaultTests {
    @Test func allAtOnce() async throws {
        let fault = try #require(
            await fault(
                """
                BUILT_MODULE_NAME[0]=a.ko
                BUILT_MODULE_NAME[1]=b
                DEST_MODULE_LOCATION[1]=/lib
                DEST_MODULE_LOCATION[2]=/extra
                BUILT_MODULE_NAME[3]=b
                DEST_MODULE_LOCATION[3]=/updates/../..
                AUTOINSTALL=maybe
                PATCH[0]=gone.patch
                BUILD_EXCLUSIVE_KERNEL='(6'
                PRE_BUILD=../evil.sh

                """))
        #expect(fault.code == "invalid-conf")
        let found = fault.related.filter { $0.severity == .error }.map {
            "\($0.location?.line ?? 0) \($0.code)"
        }
        let expected = [
            "0 conf-missing-directive", "0 conf-missing-directive",  // PACKAGE_NAME, PACKAGE_VERSION
            "1 conf-bad-name", "1 conf-missing-directive",  // a.ko; record 0 goes nowhere
            "3 conf-bad-destination", "4 conf-missing-directive", "6 conf-bad-path",
            "5 conf-duplicate-module",
            "7 conf-bad-value", "8 patch-missing", "9 conf-bad-pattern", "10 conf-bad-path",
        ]
        #expect(found.sorted() == expected.sorted())
        #expect(fault.message.contains("12 faults"))
    }

    @Test(arguments: ["a/b", "..", "a b", "a'b", "a$b", "-rf", "a\tb", "caf\u{e9}", "x\ny"])
    func badNames(_ name: String) async throws {
        let quoted = name.replacing("'", with: #"'\''"#)
        let fault = try #require(await fault("\(sound)PACKAGE_NAME='\(quoted)'\n"))
        #expect(fault.related.map(\.code) == ["conf-bad-name"])
    }

    @Test func duplicateDestination() async throws {
        let text = """
            \(sound)BUILT_MODULE_NAME[1]=other
            DEST_MODULE_NAME[1]=hello
            DEST_MODULE_LOCATION[1]=/extra

            """
        let fault = try #require(await fault(text))
        #expect(fault.related.map(\.code) == ["conf-duplicate-module"])
        #expect(fault.related.first?.location?.line == 6)
    }

    @Test func misspelt() async throws {
        let conf = try await evaluate(
            "PACKAGE_NAME=x\nPACKAGE_VERSION=1\n BUILD_MODULE_NAME[0]=x\nDEST_MODULE_LOCATION[0]=/extra\n")
        let warning = try #require(conf.warnings.first)
        #expect(warning.code == "unknown-directive")
        #expect(warning.hint == "was BUILT_MODULE_NAME meant?")
        #expect(warning.location?.line == 3)
        #expect(conf.warnings.count == 1)
    }

    @Test func ownVariablesAreNotMisspelt() async throws {
        let conf = try await evaluate(sound + "MAKES=all\nMAKE=\"make $MAKES\"\nKVER=1\nCONFIG_X=y\n")
        #expect(conf.warnings.isEmpty)
    }

    @Test func noModules() async throws {
        let conf = try await evaluate("PACKAGE_NAME=x\nPACKAGE_VERSION=1\n")
        #expect(conf.modules.isEmpty)
        #expect(conf.warnings.map(\.code) == ["no-modules"])
    }

    @Test(arguments: ["", "\n\n", "# only\n  # comments\n"])
    func empty(_ text: String) async throws {
        let fault = try #require(await fault(text))
        #expect(fault.code == "invalid-conf")
        #expect(
            fault.related.map(\.code) == ["conf-empty", "conf-missing-directive", "conf-missing-directive"])
    }

    @Test func missingFile() async throws {
        await #expect { try await ConfEvaluator.evaluate(conf: "/nowhere/dkms.conf", in: .amd64) } throws: {
            ($0 as? Diagnostic)?.code == "no-dkms-conf"
        }
    }

    @Test func binary() async throws {
        let fault = try #require(await fault(sound + "\0"))
        #expect(fault.related.map(\.code) == ["conf-binary"])
    }

    @Test func syntaxError() async throws {
        let fault = try #require(await fault(sound + "if true; then\n  MAKE=(\nfi\n"))
        let related = try #require(fault.related.first)
        #expect(related.code == "conf-syntax")
        #expect(related.hint?.contains("bash -n ") == true)
        #expect(related.message.hasPrefix("bash says: "))
        #expect((related.location?.line ?? 0) >= 5)
    }

    @Test func exit() async throws {
        let fault = try #require(await fault(sound + "echo 'not here' >&2\nexit 3\n"))
        let related = try #require(fault.related.first)
        #expect(related.code == "conf-exit")
        #expect(related.message.contains("status 3"))
        #expect(related.location?.line == 6)
        #expect(related.related.map(\.message) == ["bash says: not here"])
    }

    @Test func strictShell() async throws {
        let unset = try #require(await fault(sound + "set -u\nMAKE=$NO_SUCH\n"))
        #expect(unset.related.first?.location?.line == 6)
        let failing = try #require(await fault(sound + "set -e\nfalse\n"))
        #expect(failing.related.map(\.code) == ["conf-exit"])
    }

    @Test func strictShellThatSucceeds() async throws {
        let conf = try await evaluate("set -euo pipefail\n" + sound)
        #expect(conf.packageName == "hello")
    }

    @Test(arguments: ["sleep 300\n", "trap '' TERM; while :; do :; done\n"])
    func hang(_ text: String) async throws {
        var context = ConfContext.amd64
        context.timeout = .milliseconds(500)
        let clock = ContinuousClock()
        let start = clock.now
        let fault = try #require(await fault(sound + text, in: context))
        #expect(fault.code == "conf-timeout")
        // Far less than the file would take; how much depends on the other tests that run.
        #expect(clock.now - start < .seconds(200))
    }

    @Test func standardInputIsEmpty() async throws {
        let conf = try await evaluate(sound + "read -r line || MAKE=nothing-to-read\n")
        #expect(conf.makeCommand == "nothing-to-read")
    }

    @Test func hugeIndex() async throws {
        let fault = try #require(await fault(sound + "BUILT_MODULE_NAME[999999999]=x\n"))
        #expect(fault.related.map(\.code) == ["conf-bad-value"])
    }
}

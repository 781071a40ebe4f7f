import Diagnostics
import Testing

@testable import Lifecycle

@Suite struct EngineConsoleTests {
    let words = Words()

    @Test func formsAreThoseOfDkms() {
        let console = words.console
        console.report(EngineStop(3, "one", "two"))
        console.report(.warning(77, "left out", "on purpose"))
        console.report(.silent(5))
        console.deprecated("CLEAN (dkms.conf)")
        console.complain("plain")
        console.begin("Building...")
        console.say(" done.")
        #expect(
            words.all == [
                "stderr: \nError! one\ntwo\n", "stderr: Warning: left out\non purpose\n",
                "stderr: Deprecated feature: CLEAN (dkms.conf)\n", "stderr: plain\n", "Building...",
                " done.\n",
            ])
    }

    @Test func faultsOfLowerRoomsBecomeErrors() {
        let fault = Diagnostic.error("disk-full", "the disk is full", hint: "make room")
        let stop = EngineStop(fault, status: 6)
        #expect(stop.status == 6)
        #expect(stop.form == .error)
        #expect(stop.lines == ["the disk is full [disk-full]", "make room"])
        #expect(EngineStop(fault).status == fault.status.rawValue)
    }

    /// What was said to both streams comes out in the order it was said in, and only when its turn is there.
    @Test func bufferKeepsTheOrder() {
        let buffer = ConsoleBuffer()
        buffer.console.say("first")
        buffer.console.warn("second")
        buffer.console.begin("third")
        words.console.say("before")
        #expect(words.all == ["before\n"])
        buffer.replay(to: words.console)
        #expect(words.all == ["before\n", "first\n", "stderr: Warning: second\n", "third"])
    }

    @Test func buffersDoNotMix() async {
        let buffers = [ConsoleBuffer(), ConsoleBuffer()]
        await withTaskGroup(of: Void.self) { group in
            for (number, buffer) in buffers.enumerated() {
                let console = buffer.console
                group.addTask { for line in 0..<100 { console.say("\(number) \(line)") } }
            }
        }
        for buffer in buffers { buffer.replay(to: words.console) }
        #expect(words.all == (0...1).flatMap { number in (0..<100).map { "\(number) \($0)\n" } })
    }
}

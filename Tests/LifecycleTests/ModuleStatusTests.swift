import Testing

@testable import Lifecycle

/// The lines of `dkms status` to the letter: scripts cut them at commas and colons.
@Suite struct ModuleStatusTests {
    private func status(_ state: ModuleStatus.State, _ notes: [ModuleStatus.Note] = []) -> ModuleStatus {
        ModuleStatus(
            module: "hello", version: "1.0", kernel: "6.1.0-56-amd64", architecture: "x86_64", state: state,
            notes: notes)
    }

    @Test func withoutAKernel() {
        for (state, word) in [(ModuleStatus.State.added, "added"), (.broken, "broken")] {
            #expect(
                ModuleStatus(module: "hello", version: "1.0", state: state).text == "hello/1.0: \(word)")
        }
    }

    @Test func onAKernel() {
        #expect(status(.built).text == "hello/1.0, 6.1.0-56-amd64, x86_64: built")
        #expect(status(.installed).text == "hello/1.0, 6.1.0-56-amd64, x86_64: installed")
    }

    @Test func notesFollowInBrackets() {
        #expect(
            status(.installed, [.originals, .differences]).text
                == "hello/1.0, 6.1.0-56-amd64, x86_64: installed (Original modules exist) (Differences between built and installed modules)"
        )
        #expect(
            status(.built, [.missing]).text
                == "hello/1.0, 6.1.0-56-amd64, x86_64: built (Built modules are missing in the kernel modules folder)"
        )
    }

    @Test func weakNamesTheKernelItWasBuiltFor() {
        var weak = status(.installedWeak)
        weak.builtFor = "6.1.0-50-amd64"
        #expect(weak.text == "hello, 1.0, 6.1.0-56-amd64, x86_64: installed-weak from 6.1.0-50-amd64")
    }
}

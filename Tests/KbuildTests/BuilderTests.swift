import Diagnostics
import Kbuild
import Kernels
import ScratchFolder
import Streams
import SystemPackage
import Testing

/// Real builds for the kernels whose headers are here.
@Suite(.enabled(if: !InstalledKernels.all.isEmpty, Comment(rawValue: InstalledKernels.reason)))
struct BuilderTests {
    let scratch: Scratch
    var tree: FilePath { scratch.path.appending("tree") }
    var logs: FilePath { scratch.path.appending("logs") }

    init() throws { scratch = try Scratch() }

    private func fill(_ files: [String: String]) throws {
        try scratch.fill(Dictionary(uniqueKeysWithValues: files.map { ("tree/\($0.key)", $0.value) }))
    }

    /// Builds the tree for the first kernel.
    private func unit(timeLimit: Int? = nil) async throws -> UnitResult {
        let kernel = try #require(InstalledKernels.all.first)
        return try await build(tree, for: [kernel], into: logs, timeLimit: timeLimit) {
            try #require($0.first)
        }
    }

    @Test func helloIsBuiltForEveryKernel() async throws {
        try await build(fixtures.appending("hello-1.5.0"), for: InstalledKernels.all, into: logs) { units in
            #expect(units.map(\.kernel.release) == InstalledKernels.all.map(\.release))
            for unit in units {
                let module = try #require(
                    unit.modules.first, "\(unit.fault.map { "\($0)" } ?? unit.stateName)")
                #expect(unit.modules.count == 1)
                #expect(module.destination == "/updates")
                let vermagic = try await output("modinfo", ["-F", "vermagic", module.path.string])
                #expect(vermagic.hasPrefix("\(unit.kernel.release) "))
                #expect(try await output("modinfo", ["-F", "name", module.path.string]) == "hello\n")
                let sections = try await output("readelf", ["-SW", module.path.string])
                #expect(!sections.contains(".debug_"))
            }
        }
    }

    @Test func theSameTreeGivesTheSameBytes() async throws {
        let kernel = try #require(InstalledKernels.all.first)
        var modules: [[UInt8]] = []
        for copy in ["one", "another/further/away"] {
            let files = try helloTree()
            try scratch.fill(Dictionary(uniqueKeysWithValues: files.map { ("\(copy)/\($0.key)", $0.value) }))
            let folder = scratch.path.pushing(FilePath(copy))
            modules.append(
                try await build(folder, for: [kernel], into: logs) { units in
                    try Files.read(try #require(units.first?.modules.first).path)
                })
        }
        #expect(modules[0] == modules[1])
    }

    @Test func patchesAndHooksRunInTheirOrder() async throws {
        let kernel = try #require(InstalledKernels.all.first)
        try await build(fixtures.appending("two-modules-2.1"), for: [kernel], into: logs) { units in
            let unit = try #require(units.first)
            #expect(unit.modules.map(\.name) == ["two_core", "two_user"], "\(unit.reason ?? "")")
            let log = try Files.readText(try #require(unit.log))
            let marks = [
                "patching file core/two_core.c", "two-modules: preparing \(kernel.release)", "two_core.ko",
                "two-modules: built, prepared for \(kernel.release)",
            ]
            let places = try marks.map {
                try #require(log.firstRange(of: $0)?.lowerBound, "\($0) is not in the log")
            }
            #expect(places == places.sorted())
            #expect(!log.contains("0002-old-kernels.patch"))
            // The fixture's tree is as it was: the build had a copy.
            let source = try Files.readText(fixtures.pushing("two-modules-2.1/core/two_core.c"))
            #expect(source.contains("#define TWO_STEP 1"))
            #expect(!Files.exists(fixtures.pushing("two-modules-2.1/prepared")))
            let user = try #require(unit.modules.last)
            #expect(try await output("modinfo", ["-F", "depends", user.path.string]) == "two_core\n")
        }
    }

    /// A Makefile that asks `uname -r`, whatever dkms.conf passes: the right kernel answers.
    @Test func unameAnswersForTheKernelBuiltFor() async throws {
        try fill(
            helloTree(
                makefile: """
                    obj-m := hello.o
                    modules:
                    \t$(MAKE) -C /lib/modules/$(shell uname -r)/build M=$(CURDIR) modules
                    """))
        let unit = try await unit()
        #expect(unit.stateName == "built", "\(unit.reason ?? "")")
    }

    @Test(
        .enabled(if: InstalledKernels.all.count > 1, Comment(rawValue: InstalledKernels.reasonForTwo)))
    func aModuleForAnotherKernelIsNoResult() async throws {
        let other = try #require(InstalledKernels.all.last)
        try fill(
            helloTree(
                makefile: """
                    obj-m := hello.o
                    modules:
                    \t$(MAKE) -C \(other.buildFolder) M=$(CURDIR) modules
                    """))
        let unit = try await unit()
        #expect(unit.fault?.code == "built-for-other-kernel")
        let message = try #require(unit.fault?.message)
        #expect(message.contains(other.release))
        #expect(message.contains(unit.kernel.release))
        #expect(message.contains(other.buildFolder.string))
    }

    @Test(
        .enabled(if: InstalledKernels.all.count > 1, Comment(rawValue: InstalledKernels.reasonForTwo)))
    func oneKernelThatFailsDoesNotHideTheOthers() async throws {
        let first = try #require(InstalledKernels.all.first)
        try fill(helloTree(conf: "PRE_BUILD=\"check.sh \(first.release)\""))
        try scratch.fill(["tree/check.sh": "#!/bin/sh\n[ \"$1\" != \"$kernelver\" ] || exit 3\n"])
        try Files.setPermissions(tree.appending("check.sh"), 0o755)
        try await build(tree, for: InstalledKernels.all, into: logs) { units in
            #expect(units.first?.fault?.code == "hook-failed")
            #expect(units.first?.fault?.message.contains("status 3") == true)
            #expect(units.dropFirst().allSatisfy { $0.stateName == "built" })
        }
    }

    @Test func aModuleThatIsNotThereIsMissed() async throws {
        try fill(helloTree(conf: "BUILT_MODULE_NAME[0]=\"goodbye\""))
        #expect(try await unit().fault?.code == "module-missing")
    }

    @Test func theFirstErrorOfTheCompilerIsShown() async throws {
        let kernel = try #require(InstalledKernels.all.first)
        let unit = try await build(fixtures.appending("broken-1.0"), for: [kernel], into: logs) {
            try #require($0.first)
        }
        #expect(unit.fault?.code == "build-failed")
        #expect(unit.fault?.message.contains("function_that_no_kernel_has") == true)
        let log = try #require(unit.log)
        #expect(unit.fault?.hint?.contains(log.string) == true)
        #expect(try Files.readText(log).contains("function_that_no_kernel_has"))
    }

    @Test func aPatchThatDoesNotApplyIsNamed() async throws {
        try fill(helloTree(conf: "PATCH[0]=\"bad.patch\""))
        try scratch.fill(["tree/patches/bad.patch": "--- a/hello.c\n+++ b/hello.c\n@@ -1 +1 @@\n-no\n+yes\n"])
        let fault = try await unit().fault
        #expect(fault?.code == "patch-failed")
        #expect(fault?.message.contains("bad.patch") == true)
    }

    @Test func anExcludedKernelIsNotBuilt() async throws {
        try fill(helloTree(conf: "BUILD_EXCLUSIVE_KERNEL=\"^2\\.\"\nMAKE[0]=\"false\""))
        let unit = try await unit()
        #expect(unit.stateName == "excluded")
        #expect(unit.reason?.contains("^2\\.") == true)
    }

    @Test(.timeLimit(.minutes(5))) func aBuildThatTakesTooLongIsEnded() async throws {
        try fill(helloTree(conf: "MAKE[0]=\"sleep 600\""))
        #expect(try await unit(timeLimit: 1).fault?.code == "timeout")
    }

    @Test(.timeLimit(.minutes(5))) func anInterruptedRunThrows() async throws {
        let started = scratch.path.appending("started")
        try fill(helloTree(conf: "MAKE[0]=\"touch \(started); sleep 600\""))
        let task = Task { try await unit() }
        while !Files.exists(started) { try await Task.sleep(for: .milliseconds(20)) }
        task.cancel()
        let fault = await #expect(throws: Diagnostic.self) { try await task.value }
        #expect(fault?.status == .interrupted)
    }
}

import ScratchFolder
import Streams
import SystemPackage
import Testing

@testable import Lifecycle

/// Installations and removals that were killed, and what the next run makes of them.
@Suite struct RecoveryTests {
    let sample: SampleEngine
    /// One module over an original of the kernel, one that is new, one over an original in its own place.
    let conf: EngineConf
    private let kernel = "modules/6.1.0-56-amd64"
    private let archive = "dkms/hello/original_module/6.1.0-56-amd64/x86_64"

    init() async throws {
        sample = try await SampleEngine()
        conf = try sample.conf(
            """
            BUILT_MODULE_NAME[0]=over
            DEST_MODULE_LOCATION[0]=/updates/dkms
            BUILT_MODULE_NAME[1]=fresh
            DEST_MODULE_LOCATION[1]=/updates/dkms
            BUILT_MODULE_NAME[2]=same
            DEST_MODULE_LOCATION[2]=/extra
            """)
        try sample.makeBuilt(
            SampleEngine.hello, ["over.ko": "our over", "fresh.ko": "our fresh", "same.ko": "our same"])
        try sample.scratch.fill([
            "\(kernel)/kernel/drivers/over.ko": "kernel's over", "\(kernel)/extra/same.ko": "kernel's same",
        ])
    }

    private func path(_ name: String) -> FilePath { sample.scratch.path.pushing(FilePath(name)) }

    private func move(_ from: String, _ to: String) throws { try Files.moveWhole(path(from), to: path(to)) }

    @Test func installationChangesWhatItSays() throws {
        try sample.place(SampleEngine.hello, conf)
        let after = try sample.content()
        #expect(after["\(kernel)/updates/dkms/over.ko"] == "our over")
        #expect(after["\(kernel)/updates/dkms/fresh.ko"] == "our fresh")
        #expect(after["\(kernel)/extra/same.ko"] == "our same")
        #expect(after["\(kernel)/kernel/drivers/over.ko"] == nil)
        #expect(after["\(archive)/over.ko"] == "kernel's over")
        #expect(after["\(archive)/over.ko.origin"] == path("\(kernel)/kernel/drivers/over.ko").string + "\n")
        #expect(after["\(archive)/same.ko"] == "kernel's same")
        #expect(after["dkms/hello/kernel-6.1.0-56-amd64-x86_64"] == "-> 1.0/6.1.0-56-amd64/x86_64")
        #expect(Journal.left(sample.tree).count == 1)
    }

    /// The steps of an installation in their order; with a number of them done the run is killed.
    private func steps() -> [() throws -> Void] {
        func copy(_ module: String, _ folder: String) throws {
            try Files.copyWhole(
                path("dkms/hello/1.0/6.1.0-56-amd64/x86_64/module/\(module)"),
                to: path("\(kernel)/\(folder)/\(module)"))
        }
        func note(_ module: String, _ place: String) throws {
            try sample.scratch.fill(["\(archive)/\(module).origin": "\(path("\(kernel)/\(place)"))\n"])
        }
        return [
            { try note("over.ko", "kernel/drivers/over.ko") },
            { try move("\(kernel)/kernel/drivers/over.ko", "\(archive)/over.ko") },
            { try copy("over.ko", "updates/dkms") }, { try copy("fresh.ko", "updates/dkms") },
            { try note("same.ko", "extra/same.ko") },
            { try move("\(kernel)/extra/same.ko", "\(archive)/same.ko") }, { try copy("same.ko", "extra") },
            {
                try Files.replaceWithLink(
                    path("dkms/hello/kernel-6.1.0-56-amd64-x86_64"), to: "1.0/6.1.0-56-amd64/x86_64")
            },
        ]
    }

    /// The steps here end where the installation itself does.
    @Test func stepsAreThoseOfAnInstallation() async throws {
        let before = try sample.content()
        let journal = try sample.place(SampleEngine.hello, conf)
        let installed = try sample.content()
        try sample.engine.undo(journal)
        #expect(try sample.content() == before)
        for step in steps() { try step() }
        #expect(try sample.content() == installed)
    }

    @Test(arguments: 0...8) func killedInstallationIsUndone(_ count: Int) async throws {
        let before = try sample.content()
        let journal = try sample.place(SampleEngine.hello, conf)
        try sample.engine.undo(journal)
        for step in steps().prefix(count) { try step() }
        try sample.engine.undo(journal)
        #expect(try sample.content() == before)
        try sample.engine.undo(journal)
        #expect(try sample.content() == before)
    }

    /// An undo that was killed itself: after each of its own steps for the first module.
    @Test(arguments: 0...2) func killedUndoIsRepeated(_ count: Int) throws {
        let before = try sample.content()
        let journal = try sample.place(SampleEngine.hello, conf)
        let steps: [() throws -> Void] = [
            { try Files.remove(path("dkms/hello/kernel-6.1.0-56-amd64-x86_64")) },
            { try Files.remove(path("\(kernel)/updates/dkms/over.ko")) },
            { try move("\(archive)/over.ko", "\(kernel)/kernel/drivers/over.ko") },
        ]
        for step in steps.prefix(count + 1) { try step() }
        try sample.engine.undo(journal)
        #expect(try sample.content() == before)
    }

    /// The version that was installed before is the installed one again, with its files and its link.
    @Test func upgradeIsUndone() throws {
        try sample.makeBuilt(SampleEngine.older, ["over.ko": "old over", "same.ko": "old same"])
        let two = try sample.conf(
            """
            BUILT_MODULE_NAME[0]=over
            DEST_MODULE_LOCATION[0]=/updates/dkms
            BUILT_MODULE_NAME[1]=same
            DEST_MODULE_LOCATION[1]=/extra
            """)
        try sample.place(SampleEngine.older, two).remove(sample.tree)
        let before = try sample.content()
        #expect(before["\(kernel)/extra/same.ko"] == "old same")
        let journal = try sample.place(SampleEngine.hello, conf)
        #expect(journal.previous == "0.9/6.1.0-56-amd64/x86_64")
        #expect(try sample.content()["\(kernel)/extra/same.ko"] == "our same")
        for _ in 0...1 {
            try sample.engine.undo(journal)
            #expect(try sample.content() == before)
        }
        #expect(sample.tree.isInstalled(SampleEngine.older, SampleEngine.build))
    }

    @Test func nextCommandRecovers() async throws {
        let before = try sample.content()
        let journal = try sample.place(SampleEngine.hello, conf)
        let lock = try await sample.engine.locked("hello")
        lock.hold()
        #expect(try sample.content() == before)
        #expect(Journal.left(sample.tree).isEmpty)
        #expect(journal.kind == .install)
        #expect(
            sample.words.all.contains(
                "stderr: Recovering from an interrupted install of hello/1.0 for kernel 6.1.0-56-amd64 (x86_64).\n"
            ))
    }

    @Test func otherModulesAreLeftAlone() async throws {
        let journal = try sample.place(SampleEngine.hello, conf)
        let installed = try sample.content()
        let lock = try await sample.engine.locked("other")
        lock.hold()
        #expect(try sample.content() == installed)
        #expect(Journal.left(sample.tree) == [journal])
    }

    @Test func failingInstallationLeavesNothing() throws {
        let before = try sample.content()
        let conf = try sample.conf(
            """
            BUILT_MODULE_NAME[0]=over
            DEST_MODULE_LOCATION[0]=/updates/dkms
            BUILT_MODULE_NAME[1]=fresh
            DEST_MODULE_LOCATION[1]=/extra/same.ko
            """)
        let stop = #expect(throws: EngineStop.self) { try sample.place(SampleEngine.hello, conf) }
        #expect(stop?.status == 6)
        let source = sample.tree.modules(SampleEngine.hello, SampleEngine.build).appending("fresh.ko")
        #expect(stop?.lines == ["Copying '\(source)' failed"])
        #expect(try sample.content() == before)
        #expect(Journal.left(sample.tree).isEmpty)
    }

    /// A removal that was killed after a number of its steps is completed.
    @Test(arguments: 0...5) func killedRemovalIsCompleted(_ count: Int) async throws {
        let before = try sample.content()
        try sample.place(SampleEngine.hello, conf)
        let journal = try await sample.takeOut(conf)
        #expect(try sample.content() == before)
        try sample.place(SampleEngine.hello, conf)
        let steps: [() throws -> Void] = [
            { try Files.remove(path("\(kernel)/updates/dkms/over.ko")) },
            {
                try move("\(archive)/over.ko", "\(kernel)/kernel/drivers/over.ko")
                try Files.remove(path("\(archive)/over.ko.origin"))
            }, { try Files.remove(path("\(kernel)/updates/dkms/fresh.ko")) },
            { try Files.remove(path("\(kernel)/extra/same.ko")) },
            {
                try move("\(archive)/same.ko", "\(kernel)/extra/same.ko")
                try Files.remove(path("\(archive)/same.ko.origin"))
            },
        ]
        for step in steps.prefix(count) { try step() }
        for _ in 0...1 {
            try sample.engine.undo(journal)
            #expect(try sample.content() == before)
        }
    }

    /// An archive that dkms of old left without a record of its origin goes where dkms.conf says.
    @Test func unrecordedOriginalComesBack() async throws {
        let before = try sample.content()
        try sample.place(SampleEngine.hello, conf)
        try Files.remove(path("\(archive)/same.ko.origin"))
        let journal = try await sample.takeOut(conf)
        #expect(try sample.content() == before)
        try sample.place(SampleEngine.hello, conf)
        try Files.remove(path("\(archive)/same.ko.origin"))
        for _ in 0...1 {
            try sample.engine.undo(journal)
            #expect(try sample.content() == before)
        }
    }

    /// A record that leads out of the kernel's folder is not followed, neither now nor on recovery.
    @Test func badOriginIsNotFollowed() async throws {
        try sample.place(SampleEngine.hello, conf)
        let elsewhere = path("elsewhere.ko")
        try sample.scratch.fill(["\(archive)/over.ko.origin": "\(elsewhere)\n"])
        let journal = try await sample.takeOut(conf)
        try sample.engine.undo(journal)
        #expect(!Files.exists(elsewhere))
        #expect(
            sample.words.all.contains(
                "stderr: Warning: Bad original location '\(elsewhere)' in \(path("\(archive)/over.ko.origin"))\n"
            ))
    }
}

import SampleModules
import ScratchFolder
import Streams
import SystemPackage
import Testing

@testable import Lifecycle

/// Whether a module may take the place of the kernel's own.
@Suite struct VersionSanityTests {
    let sample: SampleEngine
    let record: EngineConf.Record

    init() async throws {
        sample = try await SampleEngine()
        try sample.makeBuilt(SampleEngine.hello, [:])
        record = try #require(try sample.conf("DEST_MODULE_LOCATION=/extra\n").records.first)
    }

    private var present: String { "modules/6.1.0-56-amd64/kernel/hello.ko" }
    private var built: String { "dkms/hello/1.0/6.1.0-56-amd64/x86_64/module/hello.ko" }

    private func allows(
        isForced: Bool = false, overridesVersion: Bool = false, obsoleteBy: String? = nil
    ) -> Bool {
        VersionSanity(
            console: sample.words.console, modules: sample.modules(), isForced: isForced,
            overridesVersion: overridesVersion
        ).allows(record, obsoleteBy: obsoleteBy)
    }

    private func put(kernels: [String], ours: [String]) throws {
        try sample.scratch.write(SyntheticElf(moduleInfo: kernels).bytes, to: present)
        try sample.scratch.write(SyntheticElf(moduleInfo: ours).bytes, to: built)
    }

    @Test(
        arguments: [
            ("6.1.0-56-amd64", "6.5", false), ("6.1.0-56-amd64", "6.0", true),
            ("6.1.0-56-amd64", "6.1.0", true), ("6.1.0-56-amd64", "6.1.0-57", false),
            ("6.1.0-56-amd64", "6.1.0-56", true), ("6.1.0-56-amd64", "6.1.0-9", true),
            ("6.1.0-56-amd64", "6.10", false), ("6.10.0", "6.9", true), ("6.1.0", "6.1.0-1", false),
            ("6.1.0", "6.1.0", true), ("6.1.1", "6.1.0-99", true), ("6.1.0-rc1", "6.1.0-2", true),
            // 6.1 comes before 6.1.0.
            ("6.1.0-56-amd64", "6.1", true),
        ])
    func obsolescence(_ kernel: String, _ limit: String, _ isObsolete: Bool) {
        #expect(VersionSanity.isObsolete(kernel: kernel, by: limit) == isObsolete)
    }

    @Test func obsoleteModulesAreRefused() {
        #expect(!allows(obsoleteBy: "6.0"))
        #expect(
            sample.words.all == [
                "stderr: \n", "stderr: Module has been obsoleted due to being included in kernel 6.0.\n",
                "stderr: We will avoid installing for future kernels above 6.0.\n",
                "stderr: You may override by specifying --force.\n",
            ])
        #expect(allows(isForced: true, obsoleteBy: "6.0"))
        #expect(!allows(overridesVersion: true, obsoleteBy: "6.0"))
        #expect(allows(obsoleteBy: "6.5"))
    }

    @Test func nothingInTheWay() {
        #expect(allows())
        #expect(sample.words.all.isEmpty)
    }

    @Test func newerIsWelcome() throws {
        try put(kernels: ["version=1.9"], ours: ["version=1.10"])
        #expect(allows())
        #expect(sample.words.all.isEmpty)
    }

    @Test func olderIsRefused() throws {
        try put(kernels: ["version=1.10", "srcversion=A"], ours: ["version=1.9", "srcversion=B"])
        #expect(!allows())
        #expect(
            sample.words.all == [
                "stderr: \nError! Module version 1.9 for hello.ko\nis not newer than what is already found in kernel 6.1.0-56-amd64 (1.10).\nYou may override by specifying --force.\n"
            ])
        #expect(allows(isForced: true))
        #expect(allows(overridesVersion: true))
    }

    @Test func sameVersionAndSource() throws {
        try put(
            kernels: ["version=1.0", "srcversion=A"], ours: ["version=1.0", "srcversion=A", "license=GPL"])
        #expect(!allows())
        let path = sample.scratch.path.pushing(FilePath(present))
        #expect(
            sample.words.all == [
                "stderr: Module \(path) already installed at version 1.0, override by specifying --force\n"
            ])
    }

    @Test func sameVersionOfOtherSource() throws {
        try put(kernels: ["version=1.0", "srcversion=A"], ours: ["version=1.0", "srcversion=B"])
        #expect(allows())
        #expect(sample.words.all.isEmpty)
    }

    /// With neither number the bytes decide.
    @Test func unversioned() throws {
        try put(kernels: ["license=GPL"], ours: ["license=GPL", "author=other"])
        #expect(allows())
        try put(kernels: ["license=GPL"], ours: ["license=GPL"])
        #expect(!allows())
        let path = sample.scratch.path.pushing(FilePath(present))
        #expect(
            sample.words.all == [
                "stderr: Module \(path) already installed (unversioned module), override by specifying --force\n"
            ])
    }

    /// Only a source number in common: dkms shows no version then.
    @Test func sourceWithoutVersion() throws {
        try put(kernels: ["srcversion=A"], ours: ["srcversion=A", "license=GPL"])
        #expect(!allows())
        #expect(sample.words.all.first?.contains("(unversioned module)") == true)
    }

    @Test func compressedNameIsSaid() throws {
        try sample.scratch.fill(["modules/6.1.0-56-amd64/kernel/other.ko.xz": ""])
        try put(kernels: ["version=2"], ours: ["version=1"])
        #expect(!allows())
        #expect(sample.words.all.first?.contains("Module version 1 for hello.ko.xz\n") == true)
    }

    /// The kernel's folder is walked once for all records, until it changes.
    @Test func filesAreFoundOnce() throws {
        let path = sample.scratch.path.pushing(FilePath(present))
        let modules = sample.modules()
        #expect(modules.files(record).isEmpty)
        try put(kernels: ["version=1"], ours: ["version=2"])
        #expect(modules.files(record).isEmpty)
        modules.forgetFiles()
        #expect(modules.files(record) == [path])
        // What a placement looked up is no longer true behind it.
        let conf = try sample.conf("DEST_MODULE_LOCATION=/extra\n")
        _ = try ModulePlacement(engine: sample.engine, conf: conf, modules: modules).perform(
            VersionSanity(console: .silent, modules: modules, isForced: true, overridesVersion: false))
        #expect(modules.files(record).map(\.string) == [modules.kernelFolder + "/extra/hello.ko"])
    }
}

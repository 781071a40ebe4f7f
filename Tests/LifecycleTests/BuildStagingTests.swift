import ScratchFolder
import Streams
import SystemPackage
import Testing

@testable import Lifecycle

/// A build appears whole or not at all, and the older one is there until it does.
@Suite struct BuildStagingTests {
    let sample: SampleEngine
    private let kernel = "dkms/hello/1.0/6.1.0-56-amd64"

    init() async throws { sample = try await SampleEngine() }

    private func stage(_ text: String) throws -> BuildStaging {
        let staging = try BuildStaging(
            tree: sample.tree, package: SampleEngine.hello, build: SampleEngine.build)
        try Files.write(Array(text.utf8), to: staging.modules.appending("hello.ko"))
        return staging
    }

    private func content() throws -> [String: String] { try sample.scratch.content(kernel) }

    private func log() throws -> FilePath {
        try sample.scratch.fill(["make.log": "made"]).appending("make.log")
    }

    private static let complete = [
        "x86_64": "/", "x86_64/log": "/", "x86_64/module": "/", "x86_64/module/hello.ko": "new",
    ]

    @Test func isUnseenUntilPut() throws {
        let staging = try stage("new")
        #expect(try content().isEmpty)
        #expect(sample.tree.builds(SampleEngine.hello).isEmpty)
        // dkms's own remove sweeps this name.
        #expect(staging.folder.lastComponent?.string.hasPrefix(".tmp_x86_64_") == true)
        try staging.put()
        #expect(try content() == Self.complete)
        #expect(sample.tree.isBuilt(SampleEngine.hello, SampleEngine.build))
    }

    @Test func firstBuildIsTakenBack() throws {
        let staging = try stage("new")
        try staging.put()
        try staging.takeBack()
        #expect(!Files.exists(sample.scratch.path.pushing(FilePath(kernel))))
    }

    @Test func kernelWithAnotherArchitectureStays() throws {
        try sample.scratch.makeFolders("\(kernel)/i686/module")
        let staging = try stage("new")
        try staging.put()
        try staging.takeBack()
        #expect(try content() == ["i686": "/", "i686/module": "/"])
    }

    @Test func olderBuildSurvivesUntilKept() throws {
        let old = try stage("old")
        try old.put()
        try old.keep(try log())
        let before = try content()
        #expect(before["x86_64/module/hello.ko"] == "old")
        #expect(before["x86_64/log/make.log"] == "made")

        let staging = try stage("new")
        #expect(try content() == before)
        try staging.put()
        #expect(try content() == Self.complete)
        #expect(try Files.readText(staging.modules.appending("hello.ko")) == "old")
        try staging.takeBack()
        #expect(try content() == before)
        #expect(!Files.exists(staging.folder))
    }

    @Test func keepingDropsTheOlderBuild() throws {
        try stage("old").put()
        let staging = try stage("new")
        try staging.put()
        try staging.keep(try log())
        #expect(try content() == Self.complete.merging(["x86_64/log/make.log": "made"]) { $1 })
        #expect(try Files.names(in: sample.scratch.path.pushing(FilePath(kernel))) == ["x86_64"])
    }

    /// What a killed build left beside goes with the next one of its architecture.
    @Test func leftOversAreSwept() throws {
        try sample.scratch.fill([
            "\(kernel)/.tmp_x86_64_abc/module/hello.ko": "", "\(kernel)/.tmp_i686_abc/module/hello.ko": "",
        ])
        let staging = try stage("new")
        let names = try Files.names(in: sample.scratch.path.pushing(FilePath(kernel)))
        #expect(names == [".tmp_i686_abc", staging.folder.lastComponent?.string ?? ""])
    }
}

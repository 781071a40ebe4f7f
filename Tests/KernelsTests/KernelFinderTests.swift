import Compression
import Diagnostics
import Kernels
import ScratchFolder
import Streams
import SystemPackage
import Testing

/// Finding kernels in roots of the layouts that distributions have.
@Suite struct KernelFinderTests {
    let root: SampleRoot

    init() throws { root = try SampleRoot() }

    @Test func findsInstalledKernelsInVersionOrder() throws {
        try root.addHeaders("6.1.0-9-amd64", in: "usr/src/linux-headers-6.1.0-9-amd64")
        try root.addHeaders("6.1.0-10-amd64", in: "usr/src/linux-headers-6.1.0-10-amd64")
        try root.addImage("6.1.0-10-amd64", build: "usr/src/linux-headers-6.1.0-10-amd64")
        try root.addHeaders("5.14.0-503.el9.x86_64", in: "usr/src/kernels/5.14.0-503.el9.x86_64")
        #expect(root.finder.releases().contains("6.1.0-9-amd64"))
        let all = try root.finder.find(["all"])
        #expect(all.map(\.release).suffix(2) == ["6.1.0-9-amd64", "6.1.0-10-amd64"])
        let el = try root.finder.find(["5.14.0-503.el9.x86_64"])
        #expect(el.first?.distribution?.description == "el:9")
    }

    /// What `-k all` and the hint of an unknown kernel name has to be all that `-k RELEASE` takes.
    @Test func listsKernelsOfEveryLayout() throws {
        try root.addHeaders("5.14.0-503.el9.x86_64", in: "usr/src/kernels/5.14.0-503.el9.x86_64")
        #expect(root.finder.releases() == ["5.14.0-503.el9.x86_64"])
    }

    @Test func eachKernelOnceInTheOrderGiven() throws {
        for release in ["6.1.0-1", "6.1.0-2", "6.1.0-3"] {
            try root.addHeaders(release, in: "usr/src/linux-headers-\(release)")
        }
        let folder = root.scratch.path.pushing("usr/src/linux-headers-6.1.0-3").string
        let found = try root.finder.find(["6.1.0-2", folder, "all", "6.1.0-2"])
        #expect(found.map(\.release) == ["6.1.0-2", "6.1.0-3", "6.1.0-1"])
    }

    @Test func readsTheFactsOfAKernel() throws {
        let headers = try root.addHeaders(
            "6.1.0-56-amd64", in: "usr/src/linux-headers-6.1.0-56-amd64",
            config: "CONFIG_X86_64=y\nCONFIG_MODVERSIONS=y\nCONFIG_MODULE_SIG_HASH=\"sha256\"\n")
        try root.scratch.fill(["usr/src/common/Makefile": ""])
        try root.addImage(
            "6.1.0-56-amd64", module: "kernel/a.ko.xz", build: "usr/src/linux-headers-6.1.0-56-amd64")
        let kernel = try #require(try root.finder.find(["6.1.0-56-amd64"]).first)
        #expect(kernel.buildFolder == (try Files.canonical(headers)))
        #expect(kernel.installedBuildFolder.string.hasSuffix("lib/modules/6.1.0-56-amd64/build"))
        #expect(kernel.architecture == .x86_64)
        #expect(kernel.moduleCompression == .xz)
        #expect(kernel.signatureHash == "sha256")
        #expect(try kernel.moduleLayoutCRC() == "0x9060323f")
        // The folder that its Makefile includes is not to be written to either.
        let common = try Files.canonical(root.scratch.path.pushing("usr/src/common"))
        #expect(kernel.headerFolders == [kernel.buildFolder, common])
        let facts = try KernelFacts(kernel)
        #expect(facts.nativeCompression == .xz)
        #expect(facts.architecture == .x86_64)
    }

    @Test func aKernelWithoutModversionsHasNoCRC() throws {
        try root.addHeaders("6.1", in: "usr/src/linux-headers-6.1", config: "CONFIG_ARM64=y\n")
        let kernel = try #require(try root.finder.find(["6.1"]).first)
        #expect(try kernel.moduleLayoutCRC() == nil)
        #expect(kernel.architecture == .aarch64)
        #expect(kernel.moduleCompression == nil)
    }

    @Test func aKernelWithoutHeadersSaysSo() throws {
        try root.addImage("6.1.0-7-amd64")
        let fault = #expect(throws: Diagnostic.self) { try root.finder.find(["6.1.0-7-amd64"]) }
        #expect(fault?.code == "no-kernel-headers")
        #expect(fault?.hint?.contains("linux-headers-6.1.0-7-amd64") == true)
    }

    /// A `build` link to the headers of another release is none of this kernel's.
    @Test func headersOfAnotherReleaseDontCount() throws {
        try root.addHeaders("6.1.0-8-amd64", in: "usr/src/linux-headers-6.1.0-8-amd64")
        try root.addImage("6.1.0-7-amd64", build: "usr/src/linux-headers-6.1.0-8-amd64")
        #expect(code { try root.finder.find(["6.1.0-7-amd64"]) } == "no-kernel-headers")
    }

    @Test(arguments: ["6.99", "", "..", "."])
    func anUnknownKernelNamesTheKnown(_ name: String) throws {
        try root.addHeaders("6.1.0-8-amd64", in: "usr/src/linux-headers-6.1.0-8-amd64")
        let fault = #expect(throws: Diagnostic.self) { try root.finder.find([name]) }
        #expect(fault?.code == "unknown-kernel")
        #expect(fault?.hint?.contains("6.1.0-8-amd64") == true)
    }

    @Test func noKernelIsEverGuessed() throws {
        try root.addHeaders("6.1.0-8-amd64", in: "usr/src/linux-headers-6.1.0-8-amd64")
        let fault = #expect(throws: Diagnostic.self) { try root.finder.find([]) }
        #expect(fault?.code == "kernel-needed")
        #expect(fault?.status == .usage)
        #expect(fault?.hint?.contains("6.1.0-8-amd64") == true)
    }

    @Test func aFolderHasToHoldHeaders() throws {
        let folder = try root.addHeaders("6.1", in: "somewhere/headers")
        #expect(try root.finder.find([folder.string]).map(\.release) == ["6.1"])
        try root.scratch.fill(["empty/Makefile": ""])
        #expect(code { try root.finder.find([root.scratch.path.string + "/empty"]) } == "no-kernel-headers")
        #expect(code { try root.finder.find(["/no/such/folder"]) } == "no-kernel-headers")
    }

    @Test func withoutAnyAllIsAFault() {
        #expect(code { try root.finder.find(["all"]) } == "no-kernel-headers")
        #expect(root.finder.releases().isEmpty)
    }

    @Test func anUnknownArchitectureIsAFault() throws {
        try root.addHeaders("6.1", in: "usr/src/linux-headers-6.1", config: "CONFIG_ALPHA=y\n")
        #expect(code { try root.finder.find(["6.1"]) } == "unknown-architecture")
    }
}

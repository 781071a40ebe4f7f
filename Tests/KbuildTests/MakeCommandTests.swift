import Diagnostics
import DkmsConf
import Kernels
import ScratchFolder
import SystemPackage
import Testing

@testable import Kbuild

@Suite struct MakeCommandTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func text(_ make: String?) async throws -> String {
        let kernel = try sampleKernel(in: scratch)
        try scratch.fill([
            "tree/dkms.conf": """
            PACKAGE_NAME="hello"
            PACKAGE_VERSION="1.5.0"
            BUILT_MODULE_NAME[0]="hello"
            DEST_MODULE_LOCATION[0]="/updates"
            \(make.map { "MAKE[0]='\($0)'" } ?? "")

            """
        ])
        let conf = try await ConfEvaluator.evaluate(
            conf: scratch.path.pushing("tree/dkms.conf"), in: .kernel(kernel, target: nil))
        return MakeCommand(conf: conf, kernel: kernel, buildFolder: "/work/build").text
    }

    /// dkms(8): MAKE[#] is run as `make KERNELRELEASE=K` where it begins with make.
    @Test func makeGetsTheReleaseFirst() async throws {
        #expect(try await text("make all") == "make KERNELRELEASE=6.1.0-99-test all")
        #expect(try await text("make") == "make KERNELRELEASE=6.1.0-99-test")
    }

    @Test(arguments: ["./build.sh", "makepkg", "cd src && make all", "env A=b make"])
    func otherCommandsStayAsTheyAre(_ command: String) async throws {
        #expect(try await text(command) == command)
    }

    @Test func theDefaultEntersTheHeadersWithTheCopy() async throws {
        let text = try await text(nil)
        #expect(text.hasPrefix("make KERNELRELEASE=6.1.0-99-test -C "))
        #expect(text.hasSuffix("/usr/src/linux-headers-6.1.0-99-test M=/work/build"))
    }

    @Test func dkmssOwnFolderMeansTheCopy() async throws {
        #expect(
            try await text("make M=/var/lib/dkms/hello/1.5.0/build")
                == "make KERNELRELEASE=6.1.0-99-test M=/work/build")
    }
}

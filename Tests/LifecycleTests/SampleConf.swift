import DkmsConf
import ScratchFolder
import Streams
import SystemPackage
import Testing

@testable import Lifecycle

/// A dkms.conf as text, read for a kernel on a distribution.
struct SampleConf {
    var text: String
    var kernel = "6.1.0-56-amd64"
    var architecture = "x86_64"
    /// The kernel's configuration; none is there without it.
    var config: String?
    /// One without a rule for where modules go.
    var osRelease = "ID=alpine\n"
    var addonFolder: String?

    init(_ text: String) { self.text = text }

    /// The smallest file without a fault, and more.
    init(adding text: String) {
        self.text = """
            PACKAGE_NAME=hello
            PACKAGE_VERSION=1.5.0
            DEST_MODULE_LOCATION=/extra

            """ + text
    }

    func values() throws -> ConfValues {
        let scratch = try Scratch()
        let file = try scratch.fill(["dkms.conf": text]).appending("dkms.conf")
        let request = ConfRequest(
            files: [file], context: ConfContext(kernelRelease: kernel, arch: architecture))
        return try #require(request.readPlainly())
    }

    func read() throws -> (conf: EngineConf, faults: [String]) {
        let scratch = try Scratch()
        var request = EngineRequest()
        request.kernelConfig = scratch.path.appending("config").string
        if let config { try scratch.fill(["config": config]) }
        let place = KernelPlace(kernel, architecture, request: request, installTree: scratch.path)
        var reader = EngineConfReader(
            values: try values(), place: place, identity: SystemIdentity(osRelease: osRelease),
            addonFolder: addonFolder)
        let conf = reader.read()
        return (conf, reader.faults)
    }
}

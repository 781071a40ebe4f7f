import Archive
import Settings
import SystemPackage
import Testing

@testable import Converters

/// Which files of a package that came in the settings give anyway.
@Suite struct GivenFilesTests {
    private func gives(_ path: String, _ file: PayloadFile) -> Bool {
        var project = ProjectSettings()
        project.files = [file]
        return project.gives(path)
    }

    @Test(arguments: [
        "etc/modprobe.d/hello.conf", "lib/modprobe.d/hello.conf", "usr/lib/modprobe.d/hello.conf",
        "hello.conf",
    ])
    func thePlacesOfARole(_ path: String) {
        #expect(
            gives(
                path,
                PayloadFile(role: .modprobe, content: .text(""), name: "hello.conf", destination: nil)))
    }

    @Test(arguments: [
        ("usr/lib/modprobe.d/other.conf", false), ("usr/lib/udev/rules.d/hello.conf", false),
        ("etc/hello/x", true), ("usr/lib/hello/x", true), ("lib/hello/x", true), ("opt/hello/x", false),
    ])
    func anotherPlace(_ path: String, _ isGiven: Bool) {
        var file = PayloadFile(
            role: .plain, content: .text(""), name: "hello.conf", destination: "etc/hello/x")
        file.differences = [.init(target: "rpm")]
        file.differences[0].destination = "usr/lib/hello/x"
        #expect(gives(path, file) == isGiven)
    }

    /// A source package calls it as its maker did.
    @Test func theNameOfASource() {
        let file = PayloadFile(
            role: .modprobe, content: .onDisk("/x/packaging/hello-options", size: 0), name: "hello.conf",
            destination: nil)
        #expect(gives("hello-options", file))
        #expect(gives("debian/hello-options", file))
        #expect(!gives("debian/hello.modprobe", file))
    }
}

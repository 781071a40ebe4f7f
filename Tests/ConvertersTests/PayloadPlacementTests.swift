import Archive
import Diagnostics
import Kernels
import Settings
import Testing

@testable import Converters

/// Where files beside the module go.
@Suite struct PayloadPlacementTests {
    private func place(
        _ role: PayloadFile.Role, _ packages: Distribution.PackageFormat, _ target: String?,
        destination: String? = nil
    ) throws -> String? {
        let file = PayloadFile(role: role, content: .text(""), name: "x", destination: destination)
        let placement = try PayloadPlacement(
            file, in: packages, for: try target.map { try Distribution(parsing: $0) })
        return placement.map { ($0.isConfiguration ? "config " : "") + $0.path }
    }

    @Test(
        arguments: [
            (PayloadFile.Role.modprobe, "debian:12", "config etc/modprobe.d/x"),
            (.modprobe, "debian:13", "usr/lib/modprobe.d/x"),
            (.modprobe, "ubuntu:22.04", "config etc/modprobe.d/x"),
            (.modprobe, "ubuntu:24.04", "usr/lib/modprobe.d/x"),
            (.modprobe, "uos:20", "config etc/modprobe.d/x"),
            (.modulesLoad, "debian:12", "usr/lib/modules-load.d/x"),
            (.udev, "debian:12", "lib/udev/rules.d/x"),
            (.udev, "debian:13", "usr/lib/udev/rules.d/x"), (.firmware, "debian:12", "lib/firmware/x"),
            (.firmware, "debian:14", "usr/lib/firmware/x"),
            (.dracut, "debian:12", "usr/lib/dracut/dracut.conf.d/x"),
            // What rpm's world has says nothing of Debian's.
            (.modprobe, "el:9", "config etc/modprobe.d/x"),
        ])
    func inADeb(_ role: PayloadFile.Role, _ target: String, _ path: String) throws {
        #expect(try place(role, .deb, target) == path)
    }

    @Test(
        arguments: [
            (PayloadFile.Role.modprobe, "el:8", "usr/lib/modprobe.d/x"),
            (.modprobe, "sles:15", "lib/modprobe.d/x"),
            (.modprobe, "sles:16", "usr/lib/modprobe.d/x"),
            (.modprobe, "opensuse:tumbleweed", "usr/lib/modprobe.d/x"),
            (.udev, "sles:15.6", "usr/lib/udev/rules.d/x"), (.firmware, "opensuse:15.6", "lib/firmware/x"),
            (.firmware, "fedora:40", "usr/lib/firmware/x"), (.firmware, "debian:12", "usr/lib/firmware/x"),
        ])
    func inAnRPM(_ role: PayloadFile.Role, _ target: String, _ path: String) throws {
        #expect(try place(role, .rpm, target) == path)
    }

    @Test(
        arguments: [
            (PayloadFile.Role.modprobe, "usr/lib/modprobe.d/x", "config etc/modprobe.d/x"),
            (.modulesLoad, "usr/lib/modules-load.d/x", "usr/lib/modules-load.d/x"),
            (.udev, "usr/lib/udev/rules.d/x", "lib/udev/rules.d/x"),
            (.firmware, "usr/lib/firmware/x", "lib/firmware/x"),
        ])
    func forArchAndAlpine(_ role: PayloadFile.Role, _ arch: String, _ alpine: String) throws {
        for target in [nil, "debian:12"] {
            #expect(try place(role, .pacman, target) == arch)
            #expect(try place(role, .apk, target) == alpine)
        }
        var file = PayloadFile(role: role, content: .text(""), name: "x", destination: nil)
        var difference = PayloadFile.Difference(target: "alpine")
        difference.isShipped = false
        file.differences = [difference]
        #expect(try PayloadPlacement(file, in: .apk, for: nil) == nil)
        #expect(
            try PayloadPlacement(file, in: .pacman, for: nil)?.path == arch.replacing("config ", with: ""))
    }

    @Test func destinations() throws {
        #expect(try place(.config, .rpm, nil, destination: "opt/x.conf") == "config opt/x.conf")
        #expect(try place(.plain, .deb, nil, destination: "etc/x") == "config etc/x")
        #expect(try place(.plain, .deb, "debian:13", destination: "lib/x/y") == "usr/lib/x/y")
        #expect(try place(.plain, .deb, "debian:12", destination: "lib/x/y") == "lib/x/y")
        #expect(try place(.plain, .rpm, nil, destination: "sbin/y") == "usr/sbin/y")
        #expect(try place(.plain, .deb, nil, destination: "library/y") == "library/y")
        #expect(throws: Diagnostic.self) { try place(.plain, .deb, nil) }
    }

    @Test func theMostParticularTargetHoldsKeyByKey() throws {
        var file = PayloadFile(role: .config, content: .text(""), name: "x", destination: "etc/x")
        var deb = PayloadFile.Difference(target: "deb")
        deb.destination = "etc/deb"
        deb.permissions = 0o600
        var debian = PayloadFile.Difference(target: "debian")
        debian.destination = "etc/debian"
        debian.isConfiguration = false
        var release = PayloadFile.Difference(target: "debian:13")
        release.destination = "etc/debian13"
        var rpm = PayloadFile.Difference(target: "rpm")
        rpm.isShipped = false
        file.differences = [deb, debian, release, rpm]
        let old = try #require(try PayloadPlacement(file, in: .deb, for: .init(.debian, "12")))
        #expect(old.path == "etc/debian")
        #expect(old.permissions == 0o600)
        #expect(!old.isConfiguration)
        #expect(try PayloadPlacement(file, in: .deb, for: .init(.debian, "13"))?.path == "etc/debian13")
        #expect(try PayloadPlacement(file, in: .deb, for: .init(.ubuntu, "24.04"))?.path == "etc/deb")
        #expect(try PayloadPlacement(file, in: .rpm, for: .init(.el, "9")) == nil)
    }
}

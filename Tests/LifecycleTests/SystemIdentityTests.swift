import ScratchFolder
import Streams
import SystemPackage
import Testing

@testable import Lifecycle

/// What dkms makes of os-release files as the distributions ship them.
@Suite struct SystemIdentityTests {
    struct Sample: CustomTestStringConvertible, Sendable {
        let osRelease: String
        let word: String
        let destination: String?
        var weakModules: String?
        /// For kernel 6.6.31-0-lts.
        let headers: String
        var asksNoPackageOwner = false

        var testDescription: String { osRelease.replacing("\n", with: " ") }
    }

    static let redHats = "/usr/sbin/weak-modules"
    static let suses = "/usr/lib/module-init-tools/weak-modules2"
    static let apt = "apt install linux-headers-6.6.31-0-lts"
    static let dnf = "dnf install kernel-devel-6.6.31-0-lts"
    static let zypper = "zypper install kernel-lts-devel=6.6.31-0"

    static let samples = [
        Sample(
            osRelease: "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nID=debian\n",
            word: "debian", destination: "/updates/dkms", headers: apt, asksNoPackageOwner: true),
        Sample(
            osRelease: "ID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"24.04\"\n", word: "ubuntu",
            destination: "/updates/dkms", headers: apt, asksNoPackageOwner: true),
        Sample(
            osRelease: "ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", word: "ubuntu debian",
            destination: "/updates/dkms", headers: apt, asksNoPackageOwner: true),
        Sample(osRelease: "ID=fedora\nVERSION_ID=41\n", word: "fedora", destination: "/extra", headers: dnf),
        // dkms 3.4.3 finds no weak-modules here; we do.
        Sample(
            osRelease: "ID=\"rhel\"\nID_LIKE=\"fedora\"\nVERSION_ID=\"9.5\"\n", word: "fedora",
            destination: "/extra", weakModules: redHats, headers: dnf),
        Sample(
            osRelease: "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID=\"9.5\"\n",
            word: "rhel centos fedora", destination: "/extra", weakModules: redHats, headers: dnf),
        Sample(
            osRelease: "ID=\"centos\"\nID_LIKE=\"rhel fedora\"\nVERSION_ID=\"9\"\n", word: "rhel fedora",
            destination: "/extra", weakModules: redHats, headers: dnf),
        Sample(
            osRelease: "ID=\"openEuler\"\nVERSION_ID=\"22.03\"\n", word: "openEuler", destination: nil,
            headers: dnf),
        Sample(
            osRelease: "ID=\"openEuler\"\nID_LIKE=\"fedora\"\n", word: "fedora", destination: "/extra",
            headers: dnf),
        Sample(osRelease: "ID=uos\nVERSION_ID=\"20\"\n", word: "uos", destination: nil, headers: apt),
        Sample(
            osRelease: "ID=kylin\nID_LIKE=debian\nVERSION_ID=\"v10\"\n", word: "debian",
            destination: "/updates/dkms", headers: apt, asksNoPackageOwner: true),
        Sample(
            osRelease: "ID=\"kylin\"\nVERSION_ID=\"V10\"\n", word: "kylin", destination: nil, headers: dnf),
        Sample(
            osRelease: "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n", word: "suse opensuse",
            destination: "/updates", weakModules: suses, headers: zypper),
        Sample(
            osRelease: "ID=\"sles\"\nID_LIKE=\"suse\"\nVERSION_ID=\"15.6\"\n", word: "suse",
            destination: "/updates", weakModules: suses, headers: zypper),
        Sample(
            osRelease: "ID=arch\nBUILD_ID=rolling\n", word: "arch", destination: "/updates/dkms",
            headers: "pacman -S linux-headers", asksNoPackageOwner: true),
        Sample(
            osRelease: "ID=alpine\nVERSION_ID=3.20.3\n", word: "alpine", destination: nil,
            headers: "apk add linux-lts-dev"),
        Sample(
            osRelease: "ID=gentoo\n", word: "gentoo", destination: nil,
            headers: "the package manager: the kernel headers or kernel-devel package for 6.6.31-0-lts",
            asksNoPackageOwner: true),
    ]

    @Test(arguments: samples)
    func isKnown(_ sample: Sample) {
        let identity = SystemIdentity(osRelease: sample.osRelease)
        #expect(identity.word == sample.word)
        #expect(identity.destination(addonFolder: nil) == sample.destination)
        #expect(identity.destination(addonFolder: "") == sample.destination)
        #expect(identity.destination(addonFolder: "weak") == "/weak")
        #expect(identity.weakModules(kernel: "6.6.31-0-lts")?.program == sample.weakModules)
        #expect(identity.headersCommand(kernel: "6.6.31-0-lts") == sample.headers)
        #expect(identity.asksNoPackageOwner == sample.asksNoPackageOwner)
    }

    @Test func weakModulesGetTheirOptions() throws {
        let rocky = SystemIdentity(osRelease: "ID=rocky\nID_LIKE=\"rhel centos fedora\"\n")
        let linking = try #require(rocky.weakModules(kernel: "5.14.0"))
        #expect(linking.add == ["--no-initramfs", "--add-modules"])
        #expect(linking.remove == ["--no-initramfs", "--remove-modules"])
        let sles = SystemIdentity(osRelease: "ID=sles\nID_LIKE=suse\n")
        let other = try #require(sles.weakModules(kernel: "6.4.0-1-default"))
        #expect(other.add == ["--add-kernel-modules", "6.4.0-1-default"])
        #expect(other.remove == ["--remove-kernel-modules", "6.4.0-1-default"])
    }

    @Test func headersOfAKernelWithoutFlavour() {
        let leap = SystemIdentity(osRelease: "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n")
        #expect(leap.headersCommand(kernel: "6.4.0") == "zypper install kernel-default-devel=6.4.0")
    }

    @Test(
        arguments: [
            ("ID=arch", "arch"), ("ID='arch'", "arch"), ("ID=\"arch\"", "arch"), ("  ID=arch  ", "arch"),
            ("ID=\"a\\\"b\\$c\\\\d\"", "a\"b$c\\d"), ("ID='a\\b'", "a\\b"), ("ID=\"arch", "\"arch"),
            ("ID=\"\"", ""), ("#ID=debian\nID=arch", "arch"), ("ID=debian\nID=arch", "arch"),
            ("ID=arch\r\nNAME=x", "arch"), ("NAME=arch", ""),
        ])
    func quotingIsTaken(_ text: String, _ id: String) {
        #expect(SystemIdentity(osRelease: text).id == id)
    }

    /// An ID_LIKE that is set but empty hides ID, as in dkms.
    @Test func emptyLikeHidesTheName() {
        #expect(SystemIdentity(osRelease: "ID=debian\nID_LIKE=\n").word == "")
    }

    @Test func isReadFromEtcThenUsr() throws {
        let scratch = try Scratch()
        #expect(throws: EngineStop(4, "System is missing os-release file.")) {
            try SystemIdentity.current(root: scratch.path)
        }
        try scratch.fill(["usr/lib/os-release": "ID=fedora\nVERSION_ID=41\n"])
        #expect(try SystemIdentity.current(root: scratch.path).id == "fedora")
        #expect(try SystemIdentity.current(root: scratch.path).versionID == "41")
        try scratch.fill(["etc/os-release": "ID=arch\n"])
        #expect(try SystemIdentity.current(root: scratch.path).id == "arch")
    }
}

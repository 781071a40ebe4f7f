import Archive
import Diagnostics
import ScratchFolder
import Settings
import Streams
import SystemPackage
import Testing

/// What a settings file says, and what is told of one that is wrong.
@Suite struct SettingsFileTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func optionsAndMetadata() throws {
        let file = try scratch.settings(
            """
            maintainer: 'Ann "Q" O''Lee <ann@example.org>'
            license: GPL-2.0-only
            summary: "100% $(id) \\\\ é"
            homepage: https://example.org
            release: 1
            target: debian:13
            kernel: [6.1.0-1-amd64, headers/x]
            sign-key: keys/mok.key
            sign-cert: /etc/mok.pem
            no-sign: false
            jobs: 3
            kernel-package: linux-image-{kernel}
            output:
            """)
        #expect(
            file.options == [
                "maintainer": #"Ann "Q" O'Lee <ann@example.org>"#, "license": "GPL-2.0-only",
                "summary": #"100% $(id) \ é"#, "homepage": "https://example.org", "release": "1",
                "target": "debian:13", "kernel": "6.1.0-1-amd64 \(scratch.path)/headers/x",
                "sign-key": "\(scratch.path)/keys/mok.key", "sign-cert": "/etc/mok.pem", "jobs": "3",
            ])
        #expect(file.project.kernelPackage == "linux-image-{kernel}")
        #expect(file.warnings.isEmpty)
        #expect(try scratch.settings("sign-key: 'pkcs11:token=x'\n").options["sign-key"] == "pkcs11:token=x")
    }

    @Test func descriptionChangelogAndRelations() throws {
        let project = try scratch.settings(
            """
            maintainer: Ann <ann@example.org>
            description: |
              One
              still one.

              Two.
            changelog:
              - {version: 1.5.0, date: 2024-02-29, changes: [a, "b: c"]}
              - {version: 1.4~rc1-2, date: "1970-01-01T00:00:01Z", author: Bob <b@c>, changes: first}
            deb: {requires: ["aa (>= 1) | bb", "cc:any"], common: {suggests: dd, breaks: "ee (<< 2)"}}
            rpm: {requires: ["(a if b)", "c >= 1", /bin/sh], replaces: e}
            """
        ).project
        #expect(project.description == ["One\nstill one.", "Two."])
        #expect(project.changelog.map(\.version) == ["1.5.0", "1.4~rc1-2"])
        #expect(project.changelog.map(\.time) == [1_709_208_000, 1])
        #expect(project.changelog.map(\.author) == ["Ann <ann@example.org>", "Bob <b@c>"])
        #expect(project.changelog.map(\.changes) == [["a", "b: c"], ["first"]])
        #expect(project.debRelations.general.requires == ["aa (>= 1) | bb", "cc:any"])
        #expect(project.debRelations.of(.common).suggests == ["dd"])
        #expect(project.debRelations.of(.common).breaks == ["ee (<< 2)"])
        #expect(project.rpmRelations.general.requires == ["(a if b)", "c >= 1", "/bin/sh"])
        #expect(project.rpmRelations.general.replaces == ["e"])
    }

    @Test func relationsOfOneKind() throws {
        let file = try scratch.settings(
            """
            deb:
              requires: aa
              dkms: {requires: [aa, libelf-dev]}
              modules: {breaks: bb}
              meta: {replaces: cc}
            rpm: {modules: {conflicts: dd}}
            """)
        let deb = file.project.debRelations
        #expect(deb.of(.dkms).requires == ["aa", "libelf-dev"])
        #expect(deb.of(.modules).requires == ["aa"] && deb.of(.modules).breaks == ["bb"])
        #expect(deb.of(.meta).requires.isEmpty && deb.of(.meta).replaces == ["cc"])
        #expect(file.project.rpmRelations.of(.modules).conflicts == ["dd"])
        #expect(file.project.rpmRelations.of(.dkms) == .init())
        #expect(file.warnings.isEmpty)
    }

    /// What a build needs is told where finished modules would ask for it.
    @Test func aLibraryToBuildWith() throws {
        let file = try scratch.settings(
            """
            deb:
              requires: ["libelf-dev (>= 0.150) | libelf-devel", libc6]
            rpm:
              recommends: [develop]
              requires: [elfutils-libelf-devel >= 0.150]
            """)
        #expect(file.warnings.isEmpty)
        let warnings =
            file.project.debRelations.warningsOfModules + file.project.rpmRelations.warningsOfModules
        #expect(warnings.map(\.code) == ["build-relation", "build-relation"])
        #expect(warnings.map(\.location?.line) == [2, 5])
        #expect(warnings.first?.hint?.contains("deb: {dkms: {requires: ") == true)
        #expect(warnings.last?.message.contains("develop") == false)
    }

    /// dpkg takes a version there, but no range of them.
    @Test(arguments: [
        ("foo", true), ("foo (= 1)", true), ("foo (>= 1)", false), ("foo (<< 1)", false), ("a | b", false),
    ])
    func whatADebProvides(_ item: String, _ isGood: Bool) throws {
        let read = Result { try scratch.settings("deb: {dkms: {provides: [\"\(item)\"]}}") }
        #expect(((try? read.get()) != nil) == isGood)
    }

    @Test func files() throws {
        try scratch.write("tool", "#!/bin/sh\n", mode: 0o755)
        try scratch.write("fw/a.bin", "a")
        try scratch.write("fw/deep/b.bin", "bb", mode: 0o755)
        let files = try scratch.settings(
            """
            files:
              - {role: plain, source: tool, destination: /usr/bin/}
              - {role: firmware, source: fw, name: hello}
              - {role: firmware, source: fw, destination: /usr/lib/firmware/x}
              - {role: modules-load, content: hello, name: h.conf, mode: 0o600}
              - role: config
                content: ""
                destination: /etc/h
                per-target:
                  debian:12: {destination: /etc/old/, mode: "0640", conffile: false}
                  rpm: {ship: false}
            """
        ).project.files
        #expect(
            files.map(\.role) == [.plain, .firmware, .firmware, .firmware, .firmware, .modulesLoad, .config])
        #expect(files[0].destination == "usr/bin/tool")
        #expect(files[0].permissions == 0o755)
        #expect(files[1...2].map(\.name) == ["hello/a.bin", "hello/deep/b.bin"])
        #expect(files[2].permissions == 0o644)
        #expect(
            files[3...4].map(\.destination) == ["usr/lib/firmware/x/a.bin", "usr/lib/firmware/x/deep/b.bin"])
        #expect(try files[5].content.readAll() == Array("hello\n".utf8))
        #expect(files[5].permissions == 0o600)
        var old = PayloadFile.Difference(target: "debian:12")
        old.destination = "etc/old/"
        old.permissions = 0o640
        old.isConfiguration = false
        var rpm = PayloadFile.Difference(target: "rpm")
        rpm.isShipped = false
        #expect(files[6].differences == [old, rpm])
    }

    @Test(
        arguments: [
            ("maintainr: x\n", ["1 unknown-key"]), ("[a]\n", ["1 wrong-type"]),
            ("summary: a\nsummary: b\n", ["2 duplicate-key"]), ("summary: [a]\n", ["1 wrong-type"]),
            ("summary: |\n  a\n  b\n", ["1 bad-value"]), ("summary: \"a\\0b\"\n", ["1 bad-value"]),
            ("maintainer: Ann\n", ["1 bad-value"]), ("homepage: ftp://x\n", ["1 bad-value"]),
            ("no-sign: 'true'\n", ["1 wrong-type"]),
            ("no-sign: true\nrequire-signature: true\n", ["2 bad-value"]),
            ("jobs: 0\n", ["1 bad-value"]), ("compress: bz2\n", ["1 bad-value"]),
            ("target: debian:1\n", ["1 bad-value"]),
            ("kernel: [a b]\n", ["1 bad-value"]), ("changelog: x\n", ["1 wrong-type"]),
            ("changelog:\n- {version: 1, changes: a}\n", ["2 missing-key"]),
            ("changelog:\n- {version: 1, date: 2026-02-29, changes: a}\n", ["2 bad-value"]),
            ("changelog:\n- {version: 1, date: 2026-01-01, changes: a}\n", ["2 missing-key"]),
            (
                "maintainer: A <a@b>\nchangelog:\n- {version: 1, date: 2026-01-01, changes: a}\n"
                    + "- {version: 2, date: 2026-01-02, changes: a}\n", ["4 bad-value"]
            ),
            ("deb: {requires: ['a, b']}\n", ["1 bad-value"]), ("deb: {require: a}\n", ["1 unknown-key"]),
            ("rpm: {provides: (a or b)}\n", ["1 bad-value"]),
            ("deb:\n  requires:\n  - aa\n  - 'bb (< 1)'\n  - cc [amd64]\n", ["4 bad-value", "5 bad-value"]),
            (
                "deb:\n  provides:\n  - aa (= 1)\n  - bb (>= 1)\n  - cc | dd\n",
                ["4 bad-value", "5 bad-value"]
            ),
            (
                "rpm:\n  requires:\n  - (a or b)\n  - (a or)\n  - (a\n  - a>1\n",
                (4...6).map { "\($0) bad-value" }
            ),
            ("rpm: {common: {common: {}}}\n", ["1 unknown-key"]),
            ("deb:\n  modules:\n    require: a\n", ["3 unknown-key"]),
            ("deb:\n  dkms:\n    requires: 'a, b'\n", ["3 bad-value"]),
            ("rpm: {kmod: {}}\n", ["1 unknown-key"]),
            ("files:\n- {role: udev}\n", ["2 missing-key"]), ("files:\n- {source: x}\n", ["2 missing-key"]),
            ("files:\n- {role: udv, content: x, name: a.rules}\n", ["2 bad-value"]),
            ("files:\n- {role: udev, source: nowhere.rules}\n", ["2 missing-file"]),
            ("files:\n- {role: udev, content: x, name: a.conf}\n", ["2 bad-value"]),
            ("files:\n- {role: plain, content: x, name: a}\n", ["2 missing-key"]),
            ("files:\n- {role: udev, content: x}\n", ["2 missing-key"]),
            ("files:\n- {role: config, content: x, destination: /etc/../x}\n", ["2 bad-value"]),
            ("files:\n- {role: config, content: x, destination: etc/x}\n", ["2 bad-value"]),
            ("files:\n- {role: config, content: x, destination: /x, mode: 4755}\n", ["2 bad-value"]),
            (
                "files:\n- {role: config, content: x, destination: /x, per-target: {debin: {}}}\n",
                ["2 unknown-key"]
            ),
            (
                "files:\n- {role: config, content: x, destination: /x, per-target: {deb: {mod: 1}}}\n",
                ["2 unknown-key"]
            ),
            ("jbs: 1\nsummary: []\nfiles: 1\n", ["1 unknown-key", "2 wrong-type", "3 wrong-type"]),
        ])
    func faults(_ text: String, _ expected: [String]) {
        #expect(scratch.faults(text) == expected)
    }

    @Test func theNearestKeyIsNamed() throws {
        let fault = try #require(throws: Diagnostic.self) { try scratch.settings("kernels: all\nfoo: 1\n") }
        #expect(fault.code == "bad-settings")
        #expect(fault.status == .usage)
        #expect(fault.related.map(\.hint)[0] == "did you mean kernel?")
        #expect(fault.related[1].hint?.contains("summary") == true)
    }

    @Test func aKeyIsNeverShipped() throws {
        try scratch.write("key", "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n")
        #expect(
            scratch.faults("files:\n- {role: plain, source: key, destination: /k}\n") == ["2 private-key"])
    }

    @Test func aMissingFileHasItsOwnCode() throws {
        let fault = try #require(throws: Diagnostic.self) {
            try SettingsFile(scratch.path.appending("none.yaml"), of: .user, targets: .few)
        }
        #expect(fault.code == "no-settings")
    }

    /// The file in a tree describes, and reaches nothing outside.
    @Test func aTreesOwnFile() throws {
        let root = try Files.canonical(scratch.path)
        let tree = SettingsFile.Owner.tree(root)
        try scratch.write("inside/a.conf", "x")
        try Files.makeSymbolicLink(root.appending("out"), to: "/etc")
        let file = try scratch.settings(
            """
            maintainer: Ann <ann@example.org>
            output: /tmp/x
            deb: {provides: libc6}
            sign-key: /root/key
            files: [{role: modprobe, source: inside/a.conf}]
            """, of: tree)
        #expect(Array(file.options.keys) == ["maintainer"])
        #expect(file.project.debRelations == .init())
        #expect(file.project.files.count == 1)
        #expect(file.warnings.map(\.code) == ["ignored-settings"])
        #expect(file.warnings.first?.message.contains("output, deb, sign-key") == true)
        for source in ["/etc/passwd", "../x", "out/passwd", "out", "inside/../../x"] {
            #expect(
                scratch.faults("files:\n- {role: plain, source: \(source), destination: /x}\n", of: tree)
                    == ["2 source-outside"], "\(source)")
        }
        try Files.makeSymbolicLink(root.appending("inside/link"), to: "/etc/passwd")
        #expect(
            scratch.faults("files:\n- {role: plain, source: inside, destination: /x}\n", of: tree) == [
                "2 missing-file"
            ])
    }
}

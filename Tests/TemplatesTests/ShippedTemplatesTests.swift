import Diagnostics
import ScratchFolder
import Streams
import SystemPackage
import Templates
import Testing
import Tools

/// The templates of this repository, as they are compiled in.
@Suite struct ShippedTemplatesTests {
    private static let folder = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent().appending("templates")
    private static let tools: Set<String> = ["embed.sh", "render.awk"]
    private let library = TemplateLibrary(folders: [])

    private static let dkms: [String: TemplateValue] = [
        "NAME": .shell("hello"), "VERSION": .shell("1.5.0"), "AUTOINSTALL": .shell("yes"),
        "PACKAGE": .shell("hello-dkms"), "HOOKS": .shell("lenient"),
    ]
    private static let modules: [String: TemplateValue] = [
        "KERNEL": .shell("6.1.0-56-amd64"),
        "MODULES": .shell(
            "/lib/modules/6.1.0-56-amd64/updates/a.ko\n/lib/modules/6.1.0-56-amd64/updates/b.ko"),
    ]
    /// What each folder is filled with: the list that converters have to follow.
    static let values: [String: [String: TemplateValue]] = [
        "bundle": [:],
        "deb-common": ["MOVED": .verbatim("")],
        "deb-dkms": dkms.merging(["PREBUILT": .verbatim(""), "COMMON": .shell("hello-common")]) { $1 },
        "deb-modules": modules.merging(["NAME": .shell("hello")]) { $1 },
        "rpm-common": ["ROLES": .shell("modprobe udev"), "MODULES": .shell("hello.ko")],
        "rpm-dkms": dkms,
        "rpm-kabi": modules.merging(["PACKAGE": .shell("kmod-hello"), "FOLDER": .shell("hello")]) { $1 },
        "rpm-kmod": modules.merging(["PACKAGE": .shell("kmod-hello")]) { $1 },
        "rpm-kmp": [
            "PACKAGE": .shell("hello-kmp-default"), "VERSION": .shell("1.5.0_k6.4.0_150600.21"),
            "RELEASE": .shell("1"), "BASE": .shell("6.4.0-150600.21"), "FLAVOUR": .shell("default"),
            "KERNEL": .shell("6.4.0-150600.21-default"), "USRMERGED": .shell("0"),
        ],
    ]

    private static func files(in folder: FilePath, prefix: String = "") throws -> [String] {
        try Files.names(in: folder).flatMap { name in
            let path = folder.appending(name)
            return Files.isDirectory(path)
                ? try files(in: path, prefix: prefix + name + "/") : [prefix + name]
        }
    }

    @Test func theCompiledCopyIsTheFolder() throws {
        // engine/ is what `make install` puts in place.
        let names = try Self.files(in: Self.folder).filter {
            !Self.tools.contains($0) && !$0.hasPrefix("engine/")
        }
        #expect(names.sorted() == library.names, "run: make templates")
        for name in library.names {
            let text = try Files.readText(Self.folder.appending(name))
            #expect(try library.source(name).text == text, "run: make templates")
        }
    }

    private static let shells: ConditionTrait = .enabled(
        if: isInstalled("dash", "busybox", "shellcheck"), "needs dash, busybox and shellcheck")

    @Test(shells, arguments: values.keys.sorted())
    func everyScriptIsCleanInAnyShell(folder: String) async throws {
        try await check(folder, try #require(Self.values[folder]))
    }

    /// Pieces that only some packages have in their scripts.
    @Test(
        shells,
        arguments: [
            (
                "deb-common", "MOVED", "shared/conffiles.sh",
                [
                    "OBSOLETE": TemplateValue.shell("/etc/modprobe.d/a.conf\n/etc/b"),
                    "VERSION": .shell("1.5.0-1"), "PACKAGE": .shell("hello-common"),
                ]
            ),
            ("deb-dkms", "PREBUILT", "shared/prebuilt.sh", ["PACKAGE": .shell("hello-dkms")]),
        ])
    func soItIsWithAPiece(
        _ folder: String, _ token: String, _ piece: String, _ words: [String: TemplateValue]
    ) async throws {
        var values = try #require(Self.values[folder])
        values[token] = .verbatim("\n" + (try library.render(piece, words)))
        try await check(folder, values)
    }

    private func check(_ folder: String, _ values: [String: TemplateValue]) async throws {
        for (name, text) in try library.render(folder: folder, values) {
            let hasInterpreter = text.hasPrefix("#!/bin/sh\n")
            #expect(hasInterpreter == !folder.hasPrefix("rpm-"))
            for (program, arguments) in [
                ("dash", ["-n"]), ("busybox", ["sh", "-n"]),
                // Fragments have functions that not every script calls.
                ("shellcheck", ["-s", "sh", "-e", "SC2317", "-"]),
            ] {
                let outcome = try await Program(program, arguments).capture(input: Array(text.utf8))
                let said = String(decoding: outcome.output + outcome.errorOutput, as: UTF8.self)
                #expect(outcome.status == 0, "\(folder)/\(name) in \(program): \(said)")
            }
        }
    }

    /// What debhelper has to do stands before the one `exit 0` in a source package: every success comes by there.
    @Test(arguments: ["deb-common", "deb-dkms", "deb-modules"])
    func everySuccessReachesTheEnd(folder: String) throws {
        for (name, text) in try library.render(folder: folder, try #require(Self.values[folder])) {
            #expect(text.matches(of: /\bexit 0\b/).count == 1, "\(folder)/\(name)")
            #expect(text.hasSuffix("\n\nexit 0\n"), "\(folder)/\(name)")
        }
    }

    /// rpmlint's FilesCheck wants this line in both scripts of a package with modules.
    @Test(arguments: ["rpm-kmod", "rpm-kabi"], ["post", "postun"])
    func rpmlintFindsDepmod(folder: String, script: String) throws {
        let text = try #require(try library.render(folder: folder, Self.values[folder] ?? [:])[script])
        #expect(text.contains("depmod -aeF /boot/System.map-6.1.0-56-amd64 6.1.0-56-amd64"))
    }
}

import Testing

@testable import Lifecycle

/// What dkms 3.4.3 says about a dkms.conf that it cannot use, to the letter.
@Suite struct EngineConfFaultTests {
    @Test(
        arguments: [
            (
                "",
                [
                    "dkms.conf: Error! No 'PACKAGE_NAME' directive specified.",
                    "dkms.conf: Error! No 'PACKAGE_VERSION' directive specified.",
                ]
            ),
            ("PACKAGE_NAME=a\nPACKAGE_VERSION=1", []),
            // An empty value is none.
            (
                "PACKAGE_NAME=a\nPACKAGE_VERSION=",
                ["dkms.conf: Error! No 'PACKAGE_VERSION' directive specified."]
            ),
            (
                "PACKAGE_NAME=a\nPACKAGE_VERSION=1\nBUILT_MODULE_NAME=a",
                ["dkms.conf: Error! No 'DEST_MODULE_LOCATION' directive specified for record #0."]
            ),
            (
                "PACKAGE_NAME=a\nPACKAGE_VERSION=1\nDEST_MODULE_LOCATION[1]=/extra",
                [
                    "dkms.conf: Error! No 'BUILT_MODULE_NAME' directive specified for record #0.",
                    "dkms.conf: Error! No 'DEST_MODULE_LOCATION' directive specified for record #0.",
                    "dkms.conf: Error! No 'BUILT_MODULE_NAME' directive specified for record #1.",
                ]
            ),
            (
                "PACKAGE_NAME=a\nPACKAGE_VERSION=1\nBUILT_MODULE_NAME=a.ko\nDEST_MODULE_LOCATION=/extra",
                [
                    "dkms.conf: Error! 'BUILT_MODULE_NAME' directive ends in '.o' or '.ko' in record #0.",
                    "dkms.conf: Error! 'DEST_MODULE_NAME' directive ends in '.o' or '.ko' in record #0.",
                ]
            ),
            (
                "PACKAGE_NAME=a\nPACKAGE_VERSION=1\nDEST_MODULE_NAME=b.o\nDEST_MODULE_LOCATION=/extra",
                ["dkms.conf: Error! 'DEST_MODULE_NAME' directive ends in '.o' or '.ko' in record #0."]
            ),
            (
                "PACKAGE_NAME=a\nPACKAGE_VERSION=1\nDEST_MODULE_LOCATION=/lib",
                [
                    "dkms.conf: Error! Directive 'DEST_MODULE_LOCATION' does not begin with",
                    "'/kernel', '/updates', or '/extra' in record #0.",
                ]
            ),
            // A beginning is enough.
            ("PACKAGE_NAME=a\nPACKAGE_VERSION=1\nDEST_MODULE_LOCATION=/kernels/x", []),
            ("PACKAGE_NAME=a\nPACKAGE_VERSION=1\nDEST_MODULE_LOCATION=/updates/dkms", []),
        ] as [(String, [String])])
    func faults(_ text: String, _ faults: [String]) throws {
        #expect(try SampleConf(text).read().faults == faults)
    }

    /// The distribution's folder doesn't excuse the package from naming one.
    @Test func distributionsFolderIsNoExcuse() throws {
        var sample = SampleConf("PACKAGE_NAME=a\nPACKAGE_VERSION=1\nBUILT_MODULE_NAME=a\n")
        sample.osRelease = "ID=debian\n"
        #expect(
            try sample.read().faults == [
                "dkms.conf: Error! No 'DEST_MODULE_LOCATION' directive specified for record #0."
            ])
    }

    @Test(arguments: ["AUTOINSTALL", "BUILD_DEPENDS_REBUILD", "NO_WEAK_MODULES"])
    func flagsAreYesOrNo(_ directive: String) throws {
        func flag(_ value: String) throws -> (isOn: Bool, faults: [String]) {
            let (conf, faults) = try SampleConf(adding: "\(directive)=\(value)\n").read()
            let all = [
                "AUTOINSTALL": conf.autoinstalls, "BUILD_DEPENDS_REBUILD": conf.rebuildsOnDepends,
                "NO_WEAK_MODULES": conf.hasNoWeakModules,
            ]
            #expect(all.values.count(where: { $0 }) <= 1)
            return (all[directive] == true, faults)
        }
        for (value, isOn) in [
            ("yes", true), ("YES", true), ("Yes", true), ("no", false), ("nO", false), ("", false),
        ] {
            let result = try flag(value)
            #expect(result.isOn == isOn)
            #expect(result.faults.isEmpty)
        }
        for value in ["y", "true", "1", "\"yes \""] {
            let shown = value.replacing("\"", with: "")
            #expect(
                try flag(value).faults == ["dkms.conf: Error! Unsupported \(directive) value '\(shown)'"])
        }
    }

    @Test func flagsAreSaidInDkmsOrder() throws {
        let text = "NO_WEAK_MODULES=c\nBUILD_DEPENDS_REBUILD=b\nAUTOINSTALL=a\n"
        #expect(
            try SampleConf(adding: text).read().faults == [
                "dkms.conf: Error! Unsupported AUTOINSTALL value 'a'",
                "dkms.conf: Error! Unsupported BUILD_DEPENDS_REBUILD value 'b'",
                "dkms.conf: Error! Unsupported NO_WEAK_MODULES value 'c'",
            ])
    }

    @Test func duplicatesKeepFromAdding() throws {
        let text = """
            BUILT_MODULE_NAME[0]=a
            BUILT_MODULE_NAME[1]=a
            BUILT_MODULE_NAME[2]=a
            BUILT_MODULE_LOCATION[1]=one
            BUILT_MODULE_LOCATION[2]=one/
            DEST_MODULE_NAME[1]=b
            DEST_MODULE_LOCATION[1]=/extra
            DEST_MODULE_LOCATION[2]=/extra
            """
        let (conf, faults) = try SampleConf(adding: text).read()
        #expect(faults.isEmpty)
        #expect(
            conf.strictFaults == [
                "dkms.conf: Error! Duplicate module 'one/a' in 'BUILT_MODULE_NAME[2]'.",
                "dkms.conf: Error! Duplicate module 'a' in 'DEST_MODULE_NAME[2]'.",
            ])
        #expect(try SampleConf(adding: "BUILT_MODULE_NAME=a").read().conf.strictFaults.isEmpty)
    }

    @Test func deprecationsComeInDkmsOrder() throws {
        let text = """
            OBSOLETE_BY=6.5
            MODULES_CONF_OBSOLETE_ONLY[0]=x
            MODULES_CONF_ALIAS_TYPE[0]=x
            MODULES_CONF_OBSOLETES[0]=x
            MODULES_CONF[0]=x
            REMAKE_INITRD=no
            CLEAN="make clean"
            """
        let values = try SampleConf(adding: text).values()
        #expect(
            EngineConfReader.deprecations(values, files: { _ in ["/a/dkms.conf"] }) == [
                "CLEAN (/a/dkms.conf)", "REMAKE_INITRD (/a/dkms.conf)", "MODULES_CONF (/a/dkms.conf)",
                "MODULES_CONF_OBSOLETES (/a/dkms.conf)", "MODULES_CONF_ALIAS_TYPE (/a/dkms.conf)",
                "MODULES_CONF_OBSOLETE_ONLY (/a/dkms.conf)",
                "OBSOLETE_BY (/a/dkms.conf): use BUILD_EXCLUSIVE_KERNEL_MAX instead",
            ])
    }

    @Test(
        arguments: [
            ("true", false), ("/bin/true", false), ("/usr/bin/true", false), ("", true), ("make", true),
            (":", true),
        ])
    func cleanThatDoesNothingIsFine(_ command: String, _ isDeprecated: Bool) throws {
        let values = try SampleConf(adding: "CLEAN='\(command)'\n").values()
        #expect(
            EngineConfReader.deprecations(values, files: { _ in ["f"] })
                == (isDeprecated ? ["CLEAN (f)"] : []))
    }
}

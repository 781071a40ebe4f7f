import DkmsConf
import Testing

@testable import Lifecycle

/// The variables that dkms's read_conf leaves.
@Suite struct EngineConfReaderTests {
    private func read(_ text: String) throws -> EngineConf {
        let (conf, faults) = try SampleConf(adding: text).read()
        #expect(faults.isEmpty)
        return conf
    }

    @Test func defaultsOfASingleRecord() throws {
        let conf = try read("")
        #expect(conf.name == "hello")
        #expect(conf.version == "1.5.0")
        let record = try #require(conf.records.first)
        #expect(conf.records.count == 1)
        #expect(record.builtName == "hello")
        #expect(record.destName == "hello")
        #expect(record.builtLocation == "")
        #expect(record.builtPath == "hello.ko")
        #expect(record.destLocation == "/extra")
        #expect(record.possibleLocations == ["/extra"])
        #expect(record.strips)
        #expect(conf.makeCommand == nil)
        #expect(conf.patches.isEmpty)
        #expect(!conf.autoinstalls && !conf.rebuildsOnDepends && !conf.hasNoWeakModules)
        #expect(!conf.hasConditions)
        #expect(!conf.isExcluded)
    }

    @Test func noRecordIsNoFault() throws {
        let (conf, faults) = try SampleConf("PACKAGE_NAME=a\nPACKAGE_VERSION=1\n").read()
        #expect(faults.isEmpty)
        #expect(conf.records.isEmpty)
        #expect(!conf.isExcluded)
    }

    @Test func namesAndPlaces() throws {
        let conf = try read(
            """
            BUILT_MODULE_NAME[0]=one
            BUILT_MODULE_LOCATION[0]=src
            DEST_MODULE_NAME[0]=eins
            BUILT_MODULE_NAME[1]=two
            BUILT_MODULE_LOCATION[1]=src/sub/
            DEST_MODULE_LOCATION[1]=/kernel/drivers
            """)
        #expect(conf.records.map(\.builtPath) == ["src/one.ko", "src/sub/two.ko"])
        #expect(conf.records.map(\.destName) == ["eins", "two"])
        #expect(conf.records.map(\.destLocation) == ["/extra", "/kernel/drivers"])
    }

    /// The highest index of any of the four arrays says how many records there are.
    @Test func sparseArraysHaveTheirGaps() throws {
        let text = "BUILT_MODULE_NAME[2]=c\nDEST_MODULE_LOCATION[2]=/kernel/c\n"
        let (conf, faults) = try SampleConf(adding: text).read()
        #expect(conf.records.map(\.index) == [0, 1, 2])
        #expect(conf.records.map(\.builtName) == ["", "", "c"])
        #expect(
            faults == [
                "dkms.conf: Error! No 'BUILT_MODULE_NAME' directive specified for record #0.",
                "dkms.conf: Error! No 'BUILT_MODULE_NAME' directive specified for record #1.",
                "dkms.conf: Error! No 'DEST_MODULE_LOCATION' directive specified for record #1.",
            ])
    }

    @Test func distributionDecidesWhereModulesGo() throws {
        var sample = SampleConf(adding: "")
        sample.osRelease = "ID=debian\n"
        var record = try #require(try sample.read().conf.records.first)
        #expect(record.destLocation == "/updates/dkms")
        #expect(record.givenLocation == "/extra")
        #expect(record.possibleLocations == ["/updates/dkms", "/extra"])
        sample.addonFolder = "weak"
        record = try #require(try sample.read().conf.records.first)
        #expect(record.destLocation == "/weak")
    }

    /// STRIP[0] is the rule for records without their own; only what begins with n keeps the symbols.
    @Test(
        arguments: [
            ("", [true, true, true]), ("STRIP=no", [false, false, false]),
            ("STRIP[0]=No\nSTRIP[1]=yes", [false, true, false]),
            ("STRIP[1]=never", [true, false, true]), ("STRIP[0]=maybe\nSTRIP[2]=n", [true, true, false]),
            ("STRIP[0]=no\nSTRIP[1]=maybe\nSTRIP[2]=", [false, true, false]),
        ])
    func strip(_ text: String, _ strips: [Bool]) throws {
        let names = (0...2).map { "BUILT_MODULE_NAME[\($0)]=m\($0)\nDEST_MODULE_LOCATION[\($0)]=/extra\n" }
        #expect(try read(names.joined() + text).records.map(\.strips) == strips)
    }

    @Test(
        arguments: [
            ("MAKE=plain", "plain"), ("MAKE[0]=a\nMAKE_MATCH[0]=^6", "a"),
            ("MAKE[0]=a\nMAKE_MATCH[0]=^5", nil),
            ("MAKE[0]=a\nMAKE[1]=b", "a"), ("MAKE[0]=a\nMAKE[1]=b\nMAKE_MATCH[1]=^6", "b"),
            ("MAKE[0]=a\nMAKE[1]=b\nMAKE_MATCH[1]=^5", "a"),
            ("MAKE[0]=a\nMAKE[1]=b\nMAKE[2]=c\nMAKE_MATCH[1]=^6\nMAKE_MATCH[2]=amd64", "c"),
            ("MAKE[1]=b", nil), ("MAKE[3]=d\nMAKE_MATCH[3]=amd64$", "d"),
            ("MAKE[0]=a\nMAKE[1]=\nMAKE_MATCH[1]=^6", "a"),
            // Not anchored, and what is no pattern matches nothing.
            ("MAKE[0]=a\nMAKE_MATCH[0]='1\\.0'", "a"), ("MAKE[0]=a\nMAKE[1]=b\nMAKE_MATCH[1]='(('", "a"),
        ] as [(String, String?)])
    func make(_ text: String, _ command: String?) throws {
        #expect(try read(text).makeCommand == command)
    }

    @Test(
        arguments: [
            ("PATCH=a.patch", ["a.patch"]), ("PATCH[0]=a\nPATCH[1]=b\nPATCH_MATCH[0]=^5", ["b"]),
            ("PATCH[0]=a\nPATCH[1]=b\nPATCH_MATCH[1]=^6\\\\.1", ["a", "b"]),
            ("PATCH[0]=\nPATCH[1]=b", ["b"]),
            // dkms stops at the number of entries, and so misses what stands behind a gap.
            ("PATCH[5]=f\nPATCH[2]=c", ["c", "f"]),
        ])
    func patches(_ text: String, _ patches: [String]) throws {
        #expect(try read(text).patches == patches)
    }

    @Test func hooksAndDependencies() throws {
        let conf = try read(
            """
            BUILD_DEPENDS[0]=spl
            BUILD_DEPENDS[2]="zlib more"
            PRE_BUILD="a 1"
            POST_BUILD=b
            PRE_INSTALL=c
            POST_INSTALL=d
            POST_ADD=e
            POST_REMOVE=f
            """)
        #expect(conf.buildDepends == ["spl", "zlib more"])
        #expect(conf.hooks.all.map(\.command) == ["a 1", "b", "c", "d", "e", "f"])
    }
}

import BundleFormat
import Diagnostics
import Testing

@Suite struct BundleManifestTests {
    @Test func jsonRoundTrip() throws {
        let manifest = try BundleWriter.plan(BundleSamples.content(), epoch: BundleSamples.epoch).manifest
        let json = try manifest.json()
        #expect(try BundleManifest(json: json) == manifest)
        #expect(try manifest.json() == json)
        let text = String(decoding: json, as: UTF8.self)
        #expect(text.contains(#""schema" : "mkdkms.bundle-manifest/1""#))
        #expect(text.contains(#""kfree" : "0x000037a0""#))
        #expect(text.contains(#""moduleLayoutCRC" : null"#))
        #expect(text.contains(#""certificate" : null"#))
    }

    @Test(arguments: [
        "", "{}", "[]", #"{"schema": "mkdkms.bundle-manifest/2"}"#,
        #"{"schema":"mkdkms.bundle-manifest/2","name":"a","version":"1","arch":"b","sourceDigest":"","kernels":[],"compiler":"","createdBy":""}"#,
        #"{"schema":"mkdkms.bundle-manifest/1","name":"a","version":"1","arch":"b","sourceDigest":"","kernels":[{"release":"k","moduleLayoutCRC":"12","vermagic":"","modules":[]}],"compiler":"","createdBy":""}"#,
    ])
    func refusesWhatIsNone(text: String) {
        #expect(throws: Diagnostic.self) { try BundleManifest(json: Array(text.utf8)) }
    }

    @Test func tableHasTheSameFacts() throws {
        let plan = try BundleWriter.plan(BundleSamples.content(), epoch: BundleSamples.epoch)
        let lines = BundleTable.text(plan.manifest).split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        #expect(lines[0] == ["#mkdkms.bundle-kernels/1"])
        #expect(lines[1] == ["bundle", "hello", "1.5.0", "x86_64"])
        #expect(lines[2] == ["kernel", "5.10.0", "5.10.0", "-", "5.10.0 SMP mod_unload "])
        let modules = lines.filter { $0[0] == "module" }
        #expect(modules.map { $0[5] } == ["hello", "hello", "two"])
        #expect(modules.map { $0[4] }.last == "updates/hello/two.ko.xz")
        let symbols = lines.filter { $0[0] == "symbol" && $0[1] == "5.10.0" }
        #expect(
            symbols.map { Array($0.dropFirst(2)) } == [
                ["modules/5.10.0/hello.ko", "kfree", "0x000037a0"],
                ["modules/5.10.0/hello.ko", "module_layout", "0x9060323f"],
            ])
    }

    @Test func crcs() {
        #expect(SymbolCRC.parse("0x000037a0") == 0x37A0)
        for text in ["", "37a0", "0x", "0x1ffffffff", "0x+1", "0x-1", "0xg"] {
            #expect(SymbolCRC.parse(text) == nil)
        }
    }
}

import Archive
import BundleFormat

/// A small bundle: two kernels, one of them twice under its name.
enum BundleSamples {
    static let epoch: Int64 = 1_700_000_000

    static func module(_ content: String, name: String = "hello.ko") -> BundleContent.Module {
        BundleContent.Module(
            fileName: name, destination: "updates/hello/\(name)", content: .text(content),
            symbols: ["module_layout": 0x9060_323F, "kfree": 0x37A0])
    }

    static func content(kernels: [BundleContent.Kernel]? = nil) -> BundleContent {
        BundleContent(
            name: "hello", version: "1.5.0", arch: "x86_64",
            sourceDigest: String(repeating: "a", count: 64),
            compiler: "gcc (Debian 12.2.0) \"12\"", createdBy: "mkdkms 0.1.0",
            kernels: kernels ?? [
                BundleContent.Kernel(
                    release: "6.1.0-56-amd64", moduleLayoutCRC: 0x9060_323F,
                    vermagic: "6.1.0-56-amd64 SMP preempt mod_unload modversions ",
                    modules: [module("amd64"), module("second", name: "two.ko.xz")]),
                BundleContent.Kernel(
                    release: "5.10.0", moduleLayoutCRC: nil, vermagic: "5.10.0 SMP mod_unload ",
                    modules: [module("old")]),
            ], installScript: "#!/bin/sh\n")
    }
}

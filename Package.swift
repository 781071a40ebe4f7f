// swift-tools-version: 6.3
import PackageDescription

// One set of rules for every target: the house style, checked by the compiler.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// A room of the house: its folder is `Sources/<name>`, and it sees only the rooms it names.
func room(_ name: String, _ sees: [Target.Dependency]) -> Target {
    .target(
        name: name, dependencies: sees + [systemPackage], path: "Sources/\(name)", swiftSettings: settings)
}

func tests(_ name: String, _ sees: [Target.Dependency]) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: sees + [systemPackage], path: "Tests/\(name)Tests",
        swiftSettings: settings)
}

func systemLibrary(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/System/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let package = Package(
    name: "mkdkms",
    products: [.executable(name: "mkdkms", targets: ["mkdkms"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        systemLibrary("CArchive", pkgConfig: "libarchive", apt: "libarchive-dev"),
        systemLibrary("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
        systemLibrary("CLzma", pkgConfig: "liblzma", apt: "liblzma-dev"),
        systemLibrary("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
        systemLibrary("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
        systemLibrary("CYaml", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),

        .systemLibrary(name: "CLinux", path: "Sources/System/CLinux"),
        .systemLibrary(name: "CPkcs11", path: "Sources/System/CPkcs11"),

        // Leaves: bytes, programs, messages.
        room("Diagnostics", []),
        room("Streams", ["Diagnostics", "CLinux"]),
        room("Compression", ["Streams", "Diagnostics", "CZlib", "CLzma", "CZstd"]),
        room("Cryptography", ["Streams", "Diagnostics", "CCrypto", "CPkcs11"]),
        room("Archive", ["Streams", "Diagnostics", "CArchive"]),
        room("Tools", ["Diagnostics", "CLinux", subprocess]),
        room("Terminal", ["Diagnostics"]),

        // Values: what a tree and a format are.
        room("DkmsConf", ["Tools", "Streams", "Diagnostics"]),
        room("SourceTree", ["DkmsConf", "Archive", "Tools", "Streams", "Diagnostics"]),
        room("TarballFormat", ["Archive", "Compression", "Streams", "Diagnostics"]),
        room("BundleFormat", ["Archive", "Compression", "Cryptography", "Streams", "Diagnostics"]),
        room("DebFormat", ["Archive", "Compression", "Cryptography", "Streams", "Diagnostics"]),
        room("RPMFormat", ["Archive", "Compression", "Cryptography", "Streams", "Diagnostics"]),
        room("Templates", ["Tools", "Streams", "Diagnostics"]),
        room("Settings", ["DebFormat", "RPMFormat", "Archive", "Streams", "Diagnostics", "CYaml"]),
        room(
            "Inputs",
            [
                "SourceTree", "DebFormat", "RPMFormat", "Archive", "Compression", "Tools",
                "Streams", "Diagnostics",
            ]
        ),

        // Kernels and modules.
        room("Kernels", ["DkmsConf", "Compression", "Tools", "Streams", "Diagnostics"]),
        room("KernelModule", ["Compression", "Cryptography", "Tools", "Streams", "Diagnostics"]),
        room(
            "Kbuild",
            [
                "KernelModule", "Kernels", "SourceTree", "DkmsConf", "Archive", "Tools", "Streams",
                "Diagnostics",
            ]),

        // Stages and verbs.
        room(
            "Converters",
            [
                "Kbuild", "KernelModule", "Kernels", "Templates", "Settings", "SourceTree", "DkmsConf",
                "TarballFormat", "BundleFormat", "DebFormat", "RPMFormat", "Archive", "Compression",
                "Cryptography", "Tools", "Streams",
                "Diagnostics",
            ]),
        room(
            "Lifecycle",
            [
                "Kbuild", "KernelModule", "Kernels", "DkmsConf", "TarballFormat", "Archive", "Compression",
                "Cryptography", "Tools", "Streams", "Diagnostics",
            ]),
        room(
            "Inspection",
            [
                "KernelModule", "BundleFormat", "DebFormat", "RPMFormat", "Archive", "Compression",
                "Cryptography", "Streams", "Diagnostics",
            ]),
        room(
            "Review",
            [
                "Converters", "Settings", "Templates", "SourceTree", "DkmsConf", "DebFormat", "RPMFormat",
                "Archive", "Streams", "Diagnostics",
            ]),
        room(
            "Commands",
            [
                "Converters", "Review", "Lifecycle", "Inspection", "Kbuild", "KernelModule", "Kernels",
                "Inputs",
                "SourceTree", "DkmsConf", "Templates", "Settings", "Compression", "Cryptography", "Streams",
                "Terminal", "Tools",
                "Diagnostics",
                argumentParser,
            ]),
        .executableTarget(
            name: "mkdkms", dependencies: ["Commands"], path: "Sources/mkdkms", swiftSettings: settings),

        // What tests share: a folder for each, and modules that no kernel is needed for.
        .target(
            name: "ScratchFolder", dependencies: ["Tools", "Streams", "Diagnostics", systemPackage],
            path: "Tests/ScratchFolder", swiftSettings: settings),
        .target(
            name: "SampleModules", dependencies: ["Tools", "Streams", "Diagnostics", systemPackage],
            path: "Tests/SampleModules", swiftSettings: settings),

        tests("Streams", ["ScratchFolder", "Streams", "Tools", "Diagnostics"]),
        tests("Compression", ["Compression", "Tools", "Streams", "Diagnostics"]),
        tests("Cryptography", ["Cryptography", "ScratchFolder", "Tools", "Streams", "Diagnostics"]),
        tests("Archive", ["Archive", "ScratchFolder", "Tools", "Streams", "Diagnostics"]),
        tests("DkmsConf", ["DkmsConf", "ScratchFolder", "Tools", "Streams", "Diagnostics"]),
        tests(
            "SourceTree",
            [
                "SourceTree", "Inputs", "DkmsConf", "Archive", "ScratchFolder", "Tools", "Streams",
                "Diagnostics",
            ]),
        tests(
            "Formats",
            [
                "DebFormat", "RPMFormat", "TarballFormat", "BundleFormat", "Archive", "Compression",
                "Cryptography", "ScratchFolder", "Tools", "Streams", "Diagnostics",
            ]),
        tests("Settings", ["Settings", "Archive", "ScratchFolder", "Streams", "Diagnostics"]),
        tests("Templates", ["Templates", "ScratchFolder", "Tools", "Streams", "Diagnostics"]),
        tests(
            "KernelModule",
            [
                "KernelModule", "Kernels", "Compression", "Cryptography", "ScratchFolder", "SampleModules",
                "Tools", "Streams",
                "Diagnostics",
            ]),
        tests("Kernels", ["Kernels", "Compression", "ScratchFolder", "Tools", "Streams", "Diagnostics"]),
        tests("Terminal", ["Terminal", "Diagnostics"]),
        tests(
            "Kbuild",
            [
                "Kbuild", "KernelModule", "Kernels", "SourceTree", "DkmsConf", "Archive", "ScratchFolder",
                "Tools", "Streams",
                "Diagnostics",
            ]),
        tests(
            "Converters",
            [
                "Converters", "Kbuild", "KernelModule", "Kernels", "Templates", "Settings", "SourceTree",
                "DkmsConf", "BundleFormat", "DebFormat", "RPMFormat", "Archive", "Compression",
                "Cryptography",
                "ScratchFolder", "SampleModules", "Tools", "Streams", "Diagnostics",
            ]),
        tests(
            "Inspection",
            [
                "Inspection", "KernelModule", "Cryptography", "ScratchFolder", "SampleModules", "Tools",
                "Streams",
                "Diagnostics",
            ]
        ),
        tests(
            "Lifecycle",
            ["Lifecycle", "DkmsConf", "ScratchFolder", "SampleModules", "Streams", "Diagnostics"]),
        tests("Commands", ["Commands", "Lifecycle", "Streams", "Diagnostics"]),
        tests("Review", ["Review", "Streams", "Tools", "Diagnostics"]),
        tests("House", ["Streams", "Diagnostics"]),
    ]
)

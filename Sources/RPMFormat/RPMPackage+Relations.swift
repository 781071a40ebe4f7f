import Compression

extension RPMPackage {
    /// Fills in all relations, with those that follow from the package itself.
    func relate(_ header: inout RPMHeader, _ settings: CompressionSettings) {
        for relation in RPMRelation.allCases {
            let own = dependencies(relation)
            let all =
                switch relation {
                case .provides: own + (sources == nil ? selfProvides : [])
                case .requires: own + selfRequires(settings)
                default: own
                }
            let sorted = Set(all).sorted(by: Self.precedes)
            header[relation.tags.names] = .strings(sorted.map(\.name))
            header[relation.tags.versions] = .strings(sorted.map(\.version))
            header[relation.tags.flags] = .int32(sorted.map(\.sense.rawValue))
        }
    }

    private static func precedes(_ left: RPMDependency, _ right: RPMDependency) -> Bool {
        if left.name != right.name { return left.name.utf8.lexicographicallyPrecedes(right.name.utf8) }
        if left.version != right.version {
            return left.version.utf8.lexicographicallyPrecedes(right.version.utf8)
        }
        return left.sense.rawValue < right.sense.rawValue
    }

    private var hasConfig: Bool { flags.values.contains { $0.contains(.config) } }

    private var configDependency: RPMDependency {
        RPMDependency("config(\(name))", [.equal, .config], fullVersion)
    }

    private var selfProvides: [RPMDependency] {
        var provides = [RPMDependency(name, .equal, fullVersion)]
        if let bits = Self.instructionSets[architecture] {
            provides.append(RPMDependency("\(name)(\(bits))", .equal, fullVersion))
        }
        return hasConfig ? provides + [configDependency] : provides
    }

    private func selfRequires(_ settings: CompressionSettings) -> [RPMDependency] {
        var requires = scriptlets.keys.map { RPMDependency("/bin/sh", [.interpreter, $0.sense]) }
        if hasConfig { requires.append(configDependency) }
        var features = [("CompressedFileNames", "3.0.4-1"), ("FileDigests", "4.6.0-1")]
        if sources == nil { features.append(("PayloadFilesHavePrefix", "4.0-1")) }
        if settings.format == .xz { features.append(("PayloadIsXz", "5.2-1")) }
        if settings.format == .zst { features.append(("PayloadIsZstd", "5.4.18-1")) }
        let others = RPMRelation.allCases.flatMap(dependencies)
        if others.contains(where: { $0.isRich }) {
            features.append(("RichDependencies", "4.12.0-1"))
        }
        let versions = others.map(\.version) + [fullVersion]
        if versions.contains(where: { $0.contains("~") }) { features.append(("TildeInVersions", "4.10.0-1")) }
        if versions.contains(where: { $0.contains("^") }) { features.append(("CaretInVersions", "4.15.0-1")) }
        return requires
            + features.map { RPMDependency("rpmlib(\($0.0))", [.less, .equal, .rpmlib], $0.1) }
    }

    /// `%{_isa}` without its parentheses, by architecture (rpm's macros of each platform).
    private static let instructionSets = [
        "x86_64": "x86-64", "i386": "x86-32", "i486": "x86-32", "i586": "x86-32", "i686": "x86-32",
        "aarch64": "aarch-64", "armv7hl": "armv7hl-32", "riscv64": "riscv-64", "ppc64le": "ppc-64",
        "s390x": "s390-64", "loongarch64": "loongarch-64", "mips64el": "mips-64",
    ]
}

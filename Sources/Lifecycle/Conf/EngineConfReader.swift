import DkmsConf
import Kernels

/// Makes an ``EngineConf`` of values, and collects dkms's complaints on the way (dkms 3.4.3, `read_conf`,
/// `read_conf_strict`).
struct EngineConfReader {
    let values: ConfValues
    let place: KernelPlace
    let identity: SystemIdentity
    let addonFolder: String?
    /// Whether any BUILD_EXCLUSIVE directive is set, which most files have none of.
    private let isConditional: Bool
    /// Lines for stderr; with any of them the file is no valid dkms.conf.
    private(set) var faults: [String] = []

    init(values: ConfValues, place: KernelPlace, identity: SystemIdentity, addonFolder: String?) {
        self.values = values
        self.place = place
        self.identity = identity
        self.addonFolder = addonFolder
        isConditional = Self.conditionDirectives.contains(where: values.isSet)
    }

    mutating func read() -> EngineConf {
        for directive in ["PACKAGE_NAME", "PACKAGE_VERSION"] where values[directive] == nil {
            faults.append("dkms.conf: Error! No '\(directive)' directive specified.")
        }
        let last = Self.recordDirectives.flatMap { values.indexes($0) }.max() ?? -1
        let ceiling = kernelMaximum(recordCount: last + 1)
        var records: [EngineConf.Record] = []
        if last >= 0 {
            let strips0 = strips(0, default: true)
            for index in 0...last {
                records.append(record(index, isOnly: last == 0, ceiling: ceiling, strips0: strips0))
            }
        }
        let hasConditions =
            ceiling != nil
            || isConditional
                && Self.conditionDirectives.contains { directive in
                    (0..<max(1, records.count)).contains { values[directive, $0] != nil }
                }
        let flags = ["AUTOINSTALL", "BUILD_DEPENDS_REBUILD", "NO_WEAK_MODULES"].map { flag($0) }
        let place = place
        let config = Lazily { place.options() }
        return EngineConf(
            name: values["PACKAGE_NAME"] ?? "", version: values["PACKAGE_VERSION"] ?? "", records: records,
            makeCommand: makeCommand(), patches: patches(),
            buildDepends: values.indexes("BUILD_DEPENDS").compactMap { values["BUILD_DEPENDS", $0] },
            hooks: DkmsConf.Hooks(values), obsoleteBy: values["OBSOLETE_BY"], autoinstalls: flags[0],
            rebuildsOnDepends: flags[1], hasNoWeakModules: flags[2], hasConditions: hasConditions,
            buildable: records.filter { $0.isBuildable(on: place, options: { config.value }) })
    }

    /// The features that dkms no longer has, in its order, each with the files that set it and what dkms says of it.
    ///
    /// - Parameter files: those that set a directive.
    static func deprecations(_ values: ConfValues, files: (String) -> [String]) -> [String] {
        var features: [(name: String, advice: String)] = []
        if values.isSet("CLEAN"), !["true", "/bin/true", "/usr/bin/true"].contains(values["CLEAN"] ?? "") {
            features.append(("CLEAN", ""))
        }
        for name in [
            "REMAKE_INITRD", "MODULES_CONF", "MODULES_CONF_OBSOLETES", "MODULES_CONF_ALIAS_TYPE",
            "MODULES_CONF_OBSOLETE_ONLY",
        ] where values.isSet(name) {
            features.append((name, ""))
        }
        if values.isSet("OBSOLETE_BY") {
            features.append(("OBSOLETE_BY", ": use BUILD_EXCLUSIVE_KERNEL_MAX instead"))
        }
        return features.flatMap { feature in
            files(feature.name).map { "\(feature.name) (\($0))\(feature.advice)" }
        }
    }

    private static let recordDirectives = [
        "BUILT_MODULE_NAME", "BUILT_MODULE_LOCATION", "DEST_MODULE_NAME", "DEST_MODULE_LOCATION",
    ]

    private static let conditionDirectives = [
        "BUILD_EXCLUSIVE_KERNEL", "BUILD_EXCLUSIVE_KERNEL_MIN", "BUILD_EXCLUSIVE_KERNEL_MAX",
        "BUILD_EXCLUSIVE_ARCH", "BUILD_EXCLUSIVE_CONFIG",
    ]

    private mutating func record(
        _ index: Int, isOnly: Bool, ceiling: String?, strips0: Bool
    ) -> EngineConf.Record {
        let builtName =
            values["BUILT_MODULE_NAME", index] ?? (isOnly ? values["PACKAGE_NAME"] : nil) ?? ""
        let destName = values["DEST_MODULE_NAME", index] ?? builtName
        if builtName.isEmpty {
            faults.append(
                "dkms.conf: Error! No 'BUILT_MODULE_NAME' directive specified for record #\(index).")
        }
        for (directive, name) in [("BUILT_MODULE_NAME", builtName), ("DEST_MODULE_NAME", destName)]
        where name.hasSuffix(".o") || name.hasSuffix(".ko") {
            faults.append(
                "dkms.conf: Error! '\(directive)' directive ends in '.o' or '.ko' in record #\(index).")
        }
        var builtLocation = values["BUILT_MODULE_LOCATION", index] ?? ""
        if !builtLocation.isEmpty, !builtLocation.hasSuffix("/") { builtLocation += "/" }
        let given = values["DEST_MODULE_LOCATION", index] ?? ""
        if given.isEmpty {
            faults.append(
                "dkms.conf: Error! No 'DEST_MODULE_LOCATION' directive specified for record #\(index).")
        } else if !["/kernel", "/updates", "/extra"].contains(where: given.hasPrefix) {
            faults += [
                "dkms.conf: Error! Directive 'DEST_MODULE_LOCATION' does not begin with",
                "'/kernel', '/updates', or '/extra' in record #\(index).",
            ]
        }
        return EngineConf.Record(
            index: index, builtName: builtName, builtLocation: builtLocation, destName: destName,
            destLocation: identity.destination(addonFolder: addonFolder) ?? given, givenLocation: given,
            strips: strips(index, default: strips0),
            conditions: [conditions(0, ceiling: ceiling)] + (index == 0 ? [] : [conditions(index)]))
    }

    private func strips(_ index: Int, default other: Bool) -> Bool {
        guard let first = values["STRIP", index]?.first else { return other }
        return first != "n" && first != "N"
    }

    private func conditions(_ index: Int, ceiling: String? = nil) -> BuildExclusive {
        guard isConditional || ceiling != nil else { return BuildExclusive() }
        return BuildExclusive(
            kernel: values["BUILD_EXCLUSIVE_KERNEL", index],
            kernelMin: values["BUILD_EXCLUSIVE_KERNEL_MIN", index],
            kernelMax: values["BUILD_EXCLUSIVE_KERNEL_MAX", index] ?? ceiling,
            arch: values["BUILD_EXCLUSIVE_ARCH", index],
            config: (values["BUILD_EXCLUSIVE_CONFIG", index] ?? "").split(whereSeparator: \.isWhitespace)
                .map(String.init))
    }

    /// OBSOLETE_BY stands in for the highest kernel where no other is given.
    private func kernelMaximum(recordCount: Int) -> String? {
        guard let obsoleteBy = values["OBSOLETE_BY"],
            !(0..<max(1, recordCount)).contains(where: {
                values["BUILD_EXCLUSIVE_KERNEL_MAX", $0] != nil
            })
        else { return nil }
        return obsoleteBy
    }

    /// MAKE[0] without a match is the rule; later entries whose match fits win.
    private func makeCommand() -> String? {
        var command = values["MAKE_MATCH", 0] == nil ? values["MAKE", 0] : nil
        for index in values.indexes("MAKE") {
            if let make = values["MAKE", index], let match = values["MAKE_MATCH", index],
                ExtendedRegex.matches(match, place.release)
            {
                command = make
            }
        }
        return command
    }

    private func patches() -> [String] {
        values.indexes("PATCH").compactMap { index in
            guard let patch = values["PATCH", index] else { return nil }
            guard let match = values["PATCH_MATCH", index] else { return patch }
            return ExtendedRegex.matches(match, place.release) ? patch : nil
        }
    }

    private mutating func flag(_ directive: String) -> Bool {
        guard let value = values[directive] else { return false }
        switch value.lowercased() {
        case "yes": return true
        case "no": return false
        default:
            faults.append("dkms.conf: Error! Unsupported \(directive) value '\(value)'")
            return true
        }
    }
}

extension EngineConf {
    /// What keeps a module from being added, built or installed, but not from being removed.
    var strictFaults: [String] {
        duplicates("BUILT_MODULE_NAME") { "\($0.builtLocation)\($0.builtName)" }
            + duplicates("DEST_MODULE_NAME", \.destName)
    }

    private func duplicates(_ directive: String, _ name: (Record) -> String) -> [String] {
        var seen: Set<String> = []
        return records.compactMap { record in
            guard !seen.insert(name(record)).inserted else { return nil }
            return "dkms.conf: Error! Duplicate module '\(name(record))' in '\(directive)[\(record.index)]'."
        }
    }
}

/// A value that is made when it is first wanted.
private final class Lazily<Value> {
    private let make: () -> Value
    private(set) lazy var value = make()

    init(_ make: @escaping () -> Value) { self.make = make }
}

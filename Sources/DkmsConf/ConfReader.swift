import Diagnostics
import Streams
import SystemPackage

/// Turns the values of a `dkms.conf` into a ``DkmsConf``, collecting every fault on the way.
struct ConfReader {
    let values: ConfValues
    let evaluator: DkmsConf.Evaluator
    let text: ConfText
    /// The tree, in which patches and scripts are looked up.
    let folder: FilePath
    let kernelRelease: String
    private(set) var faults: [Diagnostic] = []
    private(set) var warnings: [Diagnostic] = []

    init(
        values: ConfValues, evaluator: DkmsConf.Evaluator, text: ConfText, folder: FilePath,
        kernelRelease: String
    ) {
        self.values = values
        self.evaluator = evaluator
        self.text = text
        self.folder = folder
        self.kernelRelease = kernelRelease
    }

    /// The value as far as it can be made; it is of use only while ``faults`` is empty.
    mutating func read(messages: [ConfMessage]) -> DkmsConf {
        let name = packageField("PACKAGE_NAME")
        let version = packageField("PACKAGE_VERSION")
        let makes = alternatives("MAKE", "MAKE_MATCH")
        let patches = alternatives("PATCH", "PATCH_MATCH")
        let modules = readModules(packageName: name)
        checkPatches(patches)
        let hooks = readHooks()
        let deprecated = Directives.deprecated.filter { isDeprecatedUse($0.name) }
        let conf = DkmsConf(
            packageName: name, packageVersion: version, modules: modules, makeCommand: makeCommand(makes),
            makeAlternatives: makes, clean: values["CLEAN"],
            patches: patches.filter(appliesHere).map(\.value),
            patchAlternatives: patches, hooks: hooks,
            buildExclusive: readPackageConditions(modules),
            buildDepends: values.indexes("BUILD_DEPENDS").compactMap { values["BUILD_DEPENDS", $0] }
                .flatMap { $0.split(whereSeparator: \.isWhitespace).map(String.init) },
            buildDependsRebuild: flag("BUILD_DEPENDS_REBUILD"), autoinstall: flag("AUTOINSTALL"),
            noWeakModules: flag("NO_WEAK_MODULES"), obsoleteBy: values["OBSOLETE_BY"],
            deprecatedDirectives: deprecated.map(\.name), evaluator: evaluator,
            readsHostFiles: text.hostFiles, warnings: [])
        for (directive, advice) in deprecated {
            warn(
                "deprecated-directive", "\(directive) is ignored by dkms today", hint: advice,
                at: text.location(of: directive))
        }
        for (misspelt, known, line) in text.misspelt {
            warn(
                "unknown-directive", "\(misspelt) means nothing to dkms",
                hint: "was \(known) meant?", at: .init(file: text.file, line: line))
        }
        for message in messages where !message.isAboutCarriageReturn {
            warnings.append(message.diagnostic(.warning, "conf-message"))
        }
        var checked = conf
        checked.warnings = warnings
        return checked
    }

    mutating func fault(
        _ code: Diagnostic.Code, _ message: String, hint: String? = nil, at directive: String,
        index: Int? = nil
    ) {
        faults.append(
            .error(code, message, hint: hint, at: text.location(of: directive, index: index)))
    }

    mutating func warn(
        _ code: Diagnostic.Code, _ message: String, hint: String? = nil, at location: Diagnostic.Location
    ) {
        warnings.append(.warning(code, message, hint: hint, at: location))
    }

    static func missing(_ directive: String, _ file: String) -> Diagnostic {
        .error(
            "conf-missing-directive", "\(directive) is not set",
            hint: "add \(directive)=\"…\"", at: .init(file: file))
    }

    private mutating func packageField(_ directive: String) -> String {
        if values.associative.contains(directive) {
            fault("conf-bad-value", "\(directive) is an associative array", at: directive)
        }
        guard let value = values[directive] else {
            faults.append(Self.missing(directive, text.file))
            return ""
        }
        checkName(value, directive, index: nil)
        return value
    }

    /// Names become parts of paths, package names and scripts.
    mutating func checkName(_ value: String, _ directive: String, index: Int?) {
        let shown = index.map { "\(directive)[\($0)]" } ?? directive
        if DkmsConf.leadsElsewhere(value) {
            fault(
                "conf-bad-name", "\(shown) is \"\(value)\", which leads to another folder",
                hint: "use a plain name; a folder goes into BUILT_MODULE_LOCATION", at: directive,
                index: index)
            return
        }
        if !DkmsConf.isName(value) {
            fault(
                "conf-bad-name", "\(shown) is \"\(value)\", which is no name for a module or package",
                hint: "use letters, digits and . _ + ~ - only", at: directive, index: index)
        }
    }

    private mutating func flag(_ directive: String) -> Bool {
        guard let value = values[directive] else { return false }
        switch value.lowercased() {
        case "yes": return true
        case "no": return false
        default:
            fault(
                "conf-bad-value", "\(directive) is \"\(value)\"", hint: "write yes or no", at: directive)
            return false
        }
    }

    private func isDeprecatedUse(_ directive: String) -> Bool {
        guard values.isSet(directive) else { return false }
        // What many files have to say "nothing to clean" isn't worth a word.
        let harmless = ["true", "/bin/true", "/usr/bin/true"]
        return directive != "CLEAN" || !harmless.contains(values["CLEAN"] ?? "")
    }

    private mutating func readHooks() -> DkmsConf.Hooks {
        let hooks = DkmsConf.Hooks(values)
        for (directive, command) in hooks.all {
            guard let script = command.split(whereSeparator: \.isWhitespace).first.map(String.init) else {
                continue
            }
            if script.split(separator: "/").contains("..") {
                fault(
                    "conf-bad-path", "\(directive) names \(script), which leads out of the tree",
                    hint: "ship the script in the tree", at: directive)
            } else if !Files.isRegularFile(folder.pushing(FilePath(script).removingRoot())) {
                warn(
                    "hook-missing", "\(directive) names \(script), which is not in the tree",
                    hint: "ship the script, or remove \(directive)", at: text.location(of: directive))
            }
        }
        return hooks
    }
}

extension DkmsConf {
    /// Whether a name or version is one that a dkms.conf may have: it becomes part of paths, package names and scripts.
    package static func isName(_ value: String) -> Bool {
        let isPlain = value.allSatisfy { character in
            character.isASCII
                && (character.isLetter || character.isNumber || "._+~-:@%=,^".contains(character))
        }
        return isPlain && !value.hasPrefix("-") && !leadsElsewhere(value)
    }

    fileprivate static func leadsElsewhere(_ value: String) -> Bool {
        value == "." || value.contains("/") || value.contains("..")
    }
}

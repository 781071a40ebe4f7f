import Diagnostics

extension ConfReader {
    /// The records: as many as the highest index of the four arrays asks for, gaps included.
    mutating func readModules(packageName: String) -> [DkmsConf.Module] {
        guard let last = Directives.records.flatMap({ values.indexes($0) }).max() else {
            warn(
                "no-modules", "no BUILT_MODULE_NAME is given: the package builds no module",
                hint: "add BUILT_MODULE_NAME[0]=\"…\" and DEST_MODULE_LOCATION[0]=\"/updates\"",
                at: .init(file: text.file))
            return []
        }
        // An index far out would ask for as many faults as there are records before it.
        guard last < 4096 else {
            fault(
                "conf-bad-value", "a record has the index \(last)", hint: "count the records from 0",
                at: Directives.records.first { values.indexes($0).last == last } ?? "BUILT_MODULE_NAME")
            return []
        }
        let modules = (0...last).map { readModule($0, isOnly: last == 0, packageName: packageName) }
        checkDuplicates(modules)
        return modules
    }

    private mutating func readModule(
        _ index: Int, isOnly: Bool, packageName: String
    ) -> DkmsConf.Module {
        let builtName = values["BUILT_MODULE_NAME", index] ?? (isOnly ? packageName : "")
        if builtName.isEmpty, !isOnly {
            fault(
                "conf-missing-directive", "BUILT_MODULE_NAME[\(index)] is not set",
                hint: "only a package of one module may leave it out", at: "DEST_MODULE_LOCATION",
                index: index)
        }
        let destName = values["DEST_MODULE_NAME", index] ?? builtName
        if let given = values["BUILT_MODULE_NAME", index] {
            checkModuleName(given, "BUILT_MODULE_NAME", index)
        }
        if let given = values["DEST_MODULE_NAME", index] {
            checkModuleName(given, "DEST_MODULE_NAME", index)
        }
        return DkmsConf.Module(
            index: index, builtName: builtName, builtLocation: builtLocation(index), destName: destName,
            destLocation: destLocation(index), strip: strip(index),
            buildExclusive: conditions(at: index))
    }

    private mutating func checkModuleName(_ name: String, _ directive: String, _ index: Int) {
        checkName(name, directive, index: index)
        for suffix in [".o", ".ko"] where name.hasSuffix(suffix) {
            fault(
                "conf-bad-name", "\(directive)[\(index)] ends in \"\(suffix)\"",
                hint: "write \(name.dropLast(suffix.count))", at: directive, index: index)
        }
    }

    private mutating func builtLocation(_ index: Int) -> String {
        let given = values["BUILT_MODULE_LOCATION", index] ?? ""
        let parts = given.split(separator: "/").filter { $0 != "." }
        checkPath(given, "BUILT_MODULE_LOCATION", index)
        return parts.joined(separator: "/")
    }

    private mutating func destLocation(_ index: Int) -> String {
        guard let given = values["DEST_MODULE_LOCATION", index] else {
            fault(
                "conf-missing-directive", "DEST_MODULE_LOCATION[\(index)] is not set",
                hint: "add DEST_MODULE_LOCATION[\(index)]=\"/updates\"", at: "BUILT_MODULE_NAME", index: index
            )
            return ""
        }
        if !["/kernel", "/updates", "/extra"].contains(where: given.hasPrefix) {
            fault(
                "conf-bad-destination",
                "DEST_MODULE_LOCATION[\(index)] is \"\(given)\", outside the folders of modules",
                hint: "begin it with /kernel, /updates or /extra", at: "DEST_MODULE_LOCATION", index: index)
        }
        checkPath(given, "DEST_MODULE_LOCATION", index)
        return "/" + given.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }

    private mutating func checkPath(_ path: String, _ directive: String, _ index: Int) {
        if path.split(separator: "/").contains("..") {
            fault(
                "conf-bad-path", "\(directive)[\(index)] is \"\(path)\", which leads out of its folder",
                hint: "write it without ..", at: directive, index: index)
        } else if path.contains(where: { $0.isWhitespace || !$0.isASCII || "\"'`$\\*?".contains($0) }) {
            fault(
                "conf-bad-path",
                "\(directive)[\(index)] is \"\(path)\", which holds blanks or special characters",
                hint: "use letters, digits and . _ + - only", at: directive, index: index)
        }
    }

    /// Anything that begins with n or y counts; a record without a value follows record 0, and that one is yes.
    private func strip(_ index: Int) -> Bool {
        let value = values["STRIP", index] ?? values["STRIP", 0] ?? "yes"
        return !(value.hasPrefix("n") || value.hasPrefix("N"))
    }

    private mutating func checkDuplicates(_ modules: [DkmsConf.Module]) {
        var built: [String: Int] = [:]
        var destination: [String: Int] = [:]
        for module in modules where !module.builtName.isEmpty {
            if let first = built.updateValue(module.index, forKey: module.builtPath) {
                fault(
                    "conf-duplicate-module",
                    "records \(first) and \(module.index) both build \(module.builtPath)",
                    hint: "remove one of them", at: "BUILT_MODULE_NAME", index: module.index)
            } else if let first = destination[module.destName] {
                fault(
                    "conf-duplicate-module",
                    "records \(first) and \(module.index) are both installed as \(module.destName)",
                    hint: "give one of them another DEST_MODULE_NAME", at: "DEST_MODULE_NAME",
                    index: module.index)
            }
            destination[module.destName] = module.index
        }
    }
}

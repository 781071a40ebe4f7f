import Diagnostics
import Streams
import SystemPackage

/// What depends on the kernel: commands and patches chosen by its release, and conditions on it.
extension ConfReader {
    /// The entries of an array and its `_MATCH` fellow, gaps left out.
    mutating func alternatives(_ directive: String, _ match: String) -> [DkmsConf.Alternative] {
        for index in values.indexes(match) {
            if let pattern = values[match, index] { checkPattern(pattern, match, index) }
        }
        return values.indexes(directive).compactMap { index in
            values[directive, index].map {
                DkmsConf.Alternative(index: index, value: $0, match: values[match, index])
            }
        }
    }

    /// MAKE[0] without MAKE_MATCH[0] is the rule; entries whose MAKE_MATCH fits come before it, the last of them first.
    func makeCommand(_ alternatives: [DkmsConf.Alternative]) -> String? {
        let fitting = alternatives.last { $0.match != nil && appliesHere($0) }
        return (fitting ?? alternatives.first { $0.index == 0 && $0.match == nil })?.value
    }

    func appliesHere(_ alternative: DkmsConf.Alternative) -> Bool {
        guard let match = alternative.match else { return true }
        return ExtendedRegex.matches(match, kernelRelease)
    }

    mutating func checkPatches(_ patches: [DkmsConf.Alternative]) {
        for patch in patches {
            if patch.value.split(separator: "/").contains("..") || patch.value.hasPrefix("/") {
                fault(
                    "conf-bad-path",
                    "PATCH[\(patch.index)] is \"\(patch.value)\", which leads out of patches/",
                    hint: "ship the patch below patches/", at: "PATCH", index: patch.index)
            } else if !Files.isRegularFile(folder.appending("patches").appending(patch.value)) {
                let message = "PATCH[\(patch.index)] names patches/\(patch.value), which is not in the tree"
                let hint = "ship the patch, or remove the entry"
                if appliesHere(patch) {
                    fault("patch-missing", message, hint: hint, at: "PATCH", index: patch.index)
                } else {
                    let location = text.location(of: "PATCH", index: patch.index)
                    warn("patch-missing", message, hint: hint, at: location)
                }
            }
        }
    }

    /// OBSOLETE_BY stands in for BUILD_EXCLUSIVE_KERNEL_MAX where neither the package nor a record has one.
    mutating func readPackageConditions(_ modules: [DkmsConf.Module]) -> BuildExclusive {
        let patterns = ["BUILD_EXCLUSIVE_KERNEL", "BUILD_EXCLUSIVE_ARCH"]
        for directive in patterns {
            for index in values.indexes(directive) {
                if let pattern = values[directive, index] { checkPattern(pattern, directive, index) }
            }
        }
        // A plain variable is index 0 of an array to bash, so record 0's conditions are the package's.
        var global = conditions(at: 0)
        if global.kernelMax == nil, modules.allSatisfy({ $0.buildExclusive.kernelMax == nil }) {
            global.kernelMax = values["OBSOLETE_BY"]
        }
        return global
    }

    func conditions(at index: Int) -> BuildExclusive {
        BuildExclusive(
            kernel: values["BUILD_EXCLUSIVE_KERNEL", index],
            kernelMin: values["BUILD_EXCLUSIVE_KERNEL_MIN", index],
            kernelMax: values["BUILD_EXCLUSIVE_KERNEL_MAX", index],
            arch: values["BUILD_EXCLUSIVE_ARCH", index],
            config: (values["BUILD_EXCLUSIVE_CONFIG", index] ?? "")
                .split(whereSeparator: \.isWhitespace).map(String.init))
    }

    private mutating func checkPattern(_ pattern: String, _ directive: String, _ index: Int) {
        guard !ExtendedRegex.isValid(pattern) else { return }
        fault(
            "conf-bad-pattern",
            "\(directive)[\(index)] is \"\(pattern)\", which is no extended regular expression",
            hint: "check its brackets; grep -E reads the same syntax", at: directive, index: index)
    }
}

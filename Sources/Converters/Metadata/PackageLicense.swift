import Diagnostics

/// A licence as packages name it: an SPDX expression.
package enum PackageLicense {
    /// The licence of a source file of a module: its `SPDX-License-Identifier`, else what its `MODULE_LICENSE` means.
    ///
    /// Several macros of a file all hold; what is written in a comment is none. One that is for none of the kernel's free
    /// licences holds beside the identifier too: the header is of the file's text, the macro of the module.
    /// The kernel's license-rules.rst says that `GPL` and `GPL v2` leave open whether later versions are meant, and
    /// that the text of the file decides. Where the text says nothing of them, only version 2 is claimed.
    package static func of(source text: String) -> String? {
        let source = CSource(text)
        return FileLicense(source, withoutComments: source.withoutComments).expression
    }

    /// Whether SPDX lists it, and not for a licence that forbids to sell or change the work.
    static func isFreeIdentifier(_ word: String) -> Bool {
        SPDXList.licenses.contains(word.hasSuffix("+") ? String(word.dropLast()) : word)
            && !unfreeFamilies.contains(where: word.hasPrefix)
    }

    /// The beginnings of the names that licences have on that list which forbid one or the other.
    private static let unfreeFamilies = [
        "Aladdin", "BUSL-", "CC-BY-NC-", "CC-BY-ND-", "Elastic-", "Hippocratic-", "NCGL-", "PolyForm-",
        "SSPL-",
    ]

    /// The `MODULE_LICENSE`s that the kernel takes for free (include/linux/license.h), with the licence that may be chosen
    /// instead of the GPL; empty for none.
    ///
    /// Which BSD licence is left open there: the one with the most conditions of those in use.
    private static let freeMacros = [
        "GPL": "", "GPL v2": "", "GPL and additional rights": "", "Dual BSD/GPL": "BSD-3-Clause",
        "Dual MIT/GPL": "MIT", "Dual MPL/GPL": "MPL-1.1",
    ]

    /// Whether the kernel takes it for free.
    static func isFreeMacro(_ license: String) -> Bool { freeMacros[license] != nil }

    /// Licences that hold side by side as one expression, each once and in their order; nil for none.
    package static func joined(_ licenses: [String]) -> String? {
        let distinct = licenses.flatMap(parts).distinct
        guard distinct.count > 1 else { return distinct.first }
        return distinct.map { $0.contains(" OR ") ? "(\($0))" : $0 }.joined(separator: " AND ")
    }

    /// What holds side by side in an expression; it as a whole where that takes brackets.
    private static func parts(of expression: String) -> [String] {
        guard !expression.contains(" OR "), !expression.contains("(") else { return [expression] }
        return expression.split(separator: " AND ").map(String.init)
    }

    /// What a `MODULE_LICENSE` (include/linux/module.h) is in SPDX; what has no name there is a reference by its own.
    static func meaning(of license: String, gpl: String) -> String {
        if let other = freeMacros[license] { return other.isEmpty ? gpl : "\(gpl) OR \(other)" }
        return firstFault(in: license) == nil ? license : reference(to: license)
    }

    /// `NVIDIA` → `LicenseRef-NVIDIA`: letters, digits, dots and hyphens are all that such a name may have.
    private static func reference(to license: String) -> String {
        let words = license.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".")) }
        return "LicenseRef-\(words.isEmpty ? "Unknown" : words.joined(separator: "-"))"
    }

    /// An expression with the identifiers that SPDX replaced in 2017 written as they are now.
    static func current(_ expression: String) -> String {
        var text = expression.trimmingSuffix(while: \.isWhitespace)
        // A file may be code for user space too; a package of kernel modules is not.
        text = text.replacing(" WITH Linux-syscall-note", with: "")
        if text.hasPrefix("("), text.hasSuffix(")"), !text.dropFirst().contains("(") {
            text = String(text.dropFirst().dropLast())
        }
        return mapping(text) { identifier in
            guard namesLaterVersions(identifier) else { return identifier }
            if identifier.hasSuffix("+") { return identifier.dropLast() + "-or-later" }
            return identifier.last?.isNumber == true ? identifier + "-only" : identifier
        }
    }

    /// An SPDX expression in the words of Debian's copyright format 1.0.
    package static func debian(_ expression: String) -> String {
        let words = mapping(expression) { identifier in
            if identifier == "MIT" { return "Expat" }
            if identifier.hasPrefix("BSD-"), identifier.hasSuffix("-Clause") {
                return identifier.dropLast("Clause".count) + "clause"
            }
            guard namesLaterVersions(identifier) else { return identifier }
            if identifier.hasSuffix(".0-only") { return String(identifier.dropLast(".0-only".count)) }
            guard identifier.hasSuffix(".0-or-later") else { return identifier }
            return identifier.dropLast(".0-or-later".count) + "+"
        }
        // There are no brackets there: an "and" after a comma binds less than an "or".
        let isGrouped = words.contains("(")
        let joined = words.replacing(" OR ", with: " or ")
            .replacing(" AND ", with: isGrouped ? ", and " : " and ").replacing(" WITH ", with: " with ")
            .filter { !isGrouped || !"()".contains($0) }
        // The name of one licence holds no blank: `GPL v2` of --license becomes one word.
        return joined == words ? words.replacing(" ", with: "-") : joined
    }

    /// Whether it is one of the licences that say by their name whether later versions are meant too.
    private static func namesLaterVersions(_ identifier: String) -> Bool {
        identifier.hasPrefix("GPL-") || identifier.hasPrefix("LGPL-")
    }

    /// An expression with each of its words changed; blanks and brackets stay where they are.
    private static func mapping(_ expression: String, _ change: (String) -> String) -> String {
        expression.split(separator: " ", omittingEmptySubsequences: false).map { word in
            let opening = word.prefix { $0 == "(" }
            let name = word.dropFirst(opening.count).prefix { $0 != ")" }
            return opening + change(String(name)) + word[name.endIndex...]
        }.joined(separator: " ")
    }
}

extension String {
    fileprivate func trimmingSuffix(while isDropped: (Character) -> Bool) -> String {
        var end = endIndex
        while end > startIndex, isDropped(self[index(before: end)]) { end = index(before: end) }
        return String(self[..<end])
    }
}

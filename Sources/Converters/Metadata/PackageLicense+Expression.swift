package import Diagnostics

extension PackageLicense {
    /// Says that a licence which somebody gave is no SPDX expression, and what was meant, as far as that is plain; nil for
    /// one that is.
    package static func warning(of license: String, at place: Diagnostic.Location?) -> Diagnostic? {
        guard let wrong = firstFault(in: license) else { return nil }
        let part = wrong == license ? "" : ": \"\(wrong)\" is no part of one"
        return .warning(
            "not-spdx", "the licence \"\(license)\" is no SPDX expression\(part)",
            hint: (rewritten(license) ?? meant(by: wrong)).map { "say \($0)" }
                ?? "https://spdx.org/licenses lists the identifiers; one of your own begins with LicenseRef-",
            at: place)
    }

    /// The same with its operators in capitals and each licence by its identifier; nil where that is no expression either.
    private static func rewritten(_ license: String) -> String? {
        let words = words(of: license)
        let operators = ["AND", "OR", "WITH"]
        guard words.contains(where: { operators.contains($0.uppercased()) }) else { return nil }
        let text = words.map { word in
            if "()".contains(word) || operators.contains(word) { return word }
            if operators.contains(word.uppercased()) { return word.uppercased() }
            return isLicense(word) || SPDXList.exceptions.contains(word) ? word : meant(by: word) ?? word
        }.joined(separator: " ").replacing("( ", with: "(").replacing(" )", with: ")")
        return firstFault(in: text) == nil ? text : nil
    }

    /// What is wrong in an expression (SPDX specification, annex "SPDX license expressions"): one word of it, or all of it where
    /// the words don't fit together; nil for one that is right.
    static func firstFault(in expression: String) -> String? {
        let words = words(of: expression)
        var awaitsLicense = true
        var awaitsException = false
        var depth = 0
        var unknown: String?
        for word in words {
            switch word {
            case _ where awaitsException:
                guard !"()".contains(word) else { return expression }
                if !SPDXList.exceptions.contains(word), !word.hasPrefix("AdditionRef-") {
                    unknown = unknown ?? word
                }
                awaitsException = false
            case "(":
                guard awaitsLicense else { return expression }
                depth += 1
            case ")":
                guard !awaitsLicense, depth > 0 else { return expression }
                depth -= 1
            case "AND", "OR":
                guard !awaitsLicense else { return expression }
                awaitsLicense = true
            case "WITH":
                guard !awaitsLicense else { return expression }
                awaitsException = true
            default:
                guard awaitsLicense else { return expression }
                if !isLicense(word) { unknown = unknown ?? word }
                awaitsLicense = false
            }
        }
        return awaitsLicense || awaitsException || depth != 0 ? expression : unknown
    }

    /// The licences that an expression names, without their exceptions.
    static func identifiers(in expression: String) -> [String] {
        var last = ""
        return words(of: expression).filter { word in
            defer { last = word }
            return last != "WITH" && !["(", ")", "AND", "OR", "WITH"].contains(word)
        }
    }

    /// Brackets are words of their own.
    ///
    /// Every package asks; without a regular expression, whose engine would be a tenth of the memory of a small one.
    static func words(of expression: String) -> [String] {
        expression.split(whereSeparator: \.isWhitespace).flatMap { text in
            var words: [String] = []
            var start = text.startIndex
            for index in text.indices where "()".contains(text[index]) {
                if start < index { words.append(String(text[start..<index])) }
                words.append(String(text[index]))
                start = text.index(after: index)
            }
            if start < text.endIndex { words.append(String(text[start...])) }
            return words
        }
    }

    private static func isLicense(_ word: String) -> Bool {
        if SPDXList.licenses.contains(word) { return true }
        if word.hasSuffix("+") && SPDXList.licenses.contains(String(word.dropLast())) { return true }
        return word.wholeMatch(of: /(DocumentRef-[A-Za-z0-9.\-]+:)?LicenseRef-[A-Za-z0-9.\-]+/) != nil
    }

    /// The identifiers that a licence in other words probably means.
    private static func meant(by text: String) -> String? {
        let bare = text.lowercased().filter { $0.isLetter || $0.isNumber || $0 == "+" || $0 == "/" }
        if let known = otherWords[bare] { return known }
        // GPLv2, GPL v2+, gpl-2.0, GPL-2 or later, GNU LGPL version 2.1: families whose identifiers say whether later ones hold.
        if let parts = bare.wholeMatch(
            of: /(?:gnu)?(a|l|)gpl(?:version|v)?(\d)([013]?)(\+|only|orlater|oranylaterversion|)/)
        {
            let family = "\(parts.1.uppercased())GPL"
            let ending = parts.4 == "" || parts.4 == "only" ? "only" : "or-later"
            let name = "\(family)-\(parts.2).\(parts.3 == "" ? "0" : parts.3)-\(ending)"
            if SPDXList.licenses.contains(name) { return name }
        }
        if let same = SPDXList.licenses.first(where: { $0.lowercased() == text.lowercased() }) { return same }
        return Spelling.nearest(
            to: text, in: (SPDXList.licenses.union(SPDXList.exceptions)).subtracting([text]).sorted())
    }

    /// By letters, digits, `+` and `/` alone.
    private static let otherWords: [String: String] = [
        "gpl": "GPL-2.0-only or GPL-2.0-or-later", "gplandadditionalrights": "GPL-2.0-only",
        "lgpl": "LGPL-2.1-only or LGPL-2.1-or-later", "bsd": "BSD-2-Clause or BSD-3-Clause",
        "bsd2": "BSD-2-Clause", "bsd3": "BSD-3-Clause", "apache": "Apache-2.0", "apache2": "Apache-2.0",
        "apachev2": "Apache-2.0", "asl20": "Apache-2.0", "expat": "MIT", "mit/x11": "MIT", "x11/mit": "MIT",
        "mpl": "MPL-2.0", "mpl2": "MPL-2.0", "mplv2": "MPL-2.0", "mplv20": "MPL-2.0", "mplv11": "MPL-1.1",
        "dualbsd/gpl": "GPL-2.0-only OR BSD-3-Clause", "dualmit/gpl": "GPL-2.0-only OR MIT",
        "dualmpl/gpl": "GPL-2.0-only OR MPL-1.1", "proprietary": "LicenseRef-Proprietary",
        "commercial": "LicenseRef-Proprietary",
    ]
}

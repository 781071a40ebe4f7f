import Diagnostics

/// The licence of a tree in the words of a Debian copyright file (copyright-format 1.0).
enum DebianCopyright {
    /// Of the stanza for all files, as an SPDX expression; nil where it says nothing that SPDX has a name for.
    static func license(_ text: String) -> String? {
        for stanza in text.paragraphs {
            let lines = stanza.lines
            guard lines.contains(where: { $0.wholeMatch(of: /Files:\s*\*\s*/) != nil }),
                let line = lines.first(where: { $0.hasPrefix("License:") })
            else { continue }
            return expression(line.dropFirst("License:".count))
        }
        return nil
    }

    private static func expression(_ text: Substring) -> String? {
        let words = text.replacing(",", with: "").split(whereSeparator: \.isWhitespace)
        var result: [String] = []
        for word in words {
            switch word.lowercased() {
            case "and", "or":
                // Which of the two binds more is said by commas there: better nothing than a guess.
                let operation = word.uppercased()
                if result.contains(where: { ["AND", "OR"].contains($0) && $0 != operation }) { return nil }
                result.append(operation)
            default:
                guard let name = identifier(word) else { return nil }
                result.append(name)
            }
        }
        return result.isEmpty ? nil : result.joined(separator: " ")
    }

    private static func identifier(_ name: Substring) -> String? {
        if let gnu = name.wholeMatch(of: /(L?GPL)-(\d)(\.\d)?(\+)?/) {
            return "\(gnu.1)-\(gnu.2)\(gnu.3 ?? ".0")-\(gnu.4 == nil ? "only" : "or-later")"
        }
        switch name.lowercased() {
        case "expat", "mit": return "MIT"
        case "bsd-2-clause": return "BSD-2-Clause"
        case "bsd-3-clause": return "BSD-3-Clause"
        case "cddl", "cddl-1.0": return "CDDL-1.0"
        case "apache-2.0": return "Apache-2.0"
        case "isc": return "ISC"
        case "zlib": return "Zlib"
        case "mpl-1.1": return "MPL-1.1"
        case "mpl-2.0": return "MPL-2.0"
        default: return nil
        }
    }
}

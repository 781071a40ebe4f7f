import Converters
import Settings

/// What C sources say of their module in its `MODULE_*` macros (include/linux/module.h).
struct DraftSources {
    private(set) var facts: [DraftFact] = []
    /// The texts that the tree's `#define`s give names; nil as long as nobody asks for one.
    private var definitions: [String: String]?

    /// How many lines a macro's argument may take.
    private static let longest = 8

    init(_ folder: DraftFolder) {
        var hasLicense = false
        for path in folder.paths where path.hasSuffix(".c") {
            guard let text = folder.text(path, having: "MODULE_") else { continue }
            let lines = DraftFolder.lines(text)
            read(lines, path, folder)
            // The first licence is all that is asked for, and looking for one takes its time.
            if !hasLicense, let line = lines.firstIndex(where: { $0.contains("MODULE_LICENSE") }),
                let license = PackageLicense.of(source: text)
            {
                facts.append(DraftFact(.license, license, path, line + 1))
                hasLicense = true
            }
        }
    }

    private mutating func read(_ lines: [String], _ path: String, _ folder: DraftFolder) {
        for (number, line) in lines.enumerated() where line.drop(while: \.isWhitespace).hasPrefix("MODULE_") {
            let window = lines[number..<min(number + Self.longest, lines.count)].joined(separator: "\n")
            guard
                let use = window.prefixMatch(
                    of: /\s*MODULE_(VERSION|AUTHOR|DESCRIPTION)\(\s*((?:"[^"\\]*"\s*)+|\w+\s*)\)/)
            else { continue }
            let argument = String(use.2)
            let parts = argument.matches(of: /"([^"]*)"/).map { String($0.1) }
            let value = parts.isEmpty ? defined(argument.trimmed, folder) : parts.joined()
            guard let value, !value.allSatisfy(\.isWhitespace) else { continue }
            switch use.1 {
            case "VERSION": facts.append(DraftFact(.version, value, path, number + 1))
            case "DESCRIPTION": facts.append(DraftFact(.summary, value, path, number + 1))
            default:
                if Contact.isOne(value) { facts.append(DraftFact(.maintainer, value, path, number + 1)) }
            }
        }
    }

    /// The text that a `#define` of the tree gives a name.
    private mutating func defined(_ name: String, _ folder: DraftFolder) -> String? {
        if definitions == nil { definitions = Self.definitions(folder) }
        return definitions?[name]
    }

    private static func definitions(_ folder: DraftFolder) -> [String: String] {
        var found: [String: String] = [:]
        for path in folder.paths where path.hasSuffix(".c") || path.hasSuffix(".h") {
            guard let text = folder.text(path, having: "define") else { continue }
            for line in DraftFolder.lines(text) where line.drop(while: \.isWhitespace).hasPrefix("#") {
                guard let match = line.prefixMatch(of: /\s*#\s*define\s+(\w+)\s+"([^"\\]*)"/) else {
                    continue
                }
                // The first one holds.
                if found[String(match.1)] == nil { found[String(match.1)] = String(match.2) }
            }
        }
        return found
    }
}

import Converters
import Settings

/// What C sources say of their module in its `MODULE_*` macros (include/linux/module.h).
struct DraftSources {
    private(set) var facts: [DraftFact] = []

    init(_ folder: DraftFolder) {
        for path in folder.paths where path.hasSuffix(".c") {
            guard let text = folder.text(path), text.contains("MODULE_") else { continue }
            read(text, path, folder)
            if let license = PackageLicense.of(source: text),
                let place = text.firstRange(of: "MODULE_LICENSE")
            {
                facts.append(DraftFact(.license, license, path, Self.line(of: place.lowerBound, in: text)))
            }
        }
    }

    private static func line(of place: String.Index, in text: String) -> Int {
        1 + text[..<place].count(where: \.isNewline)
    }

    private mutating func read(_ text: String, _ path: String, _ folder: DraftFolder) {
        let uses = text.matches(
            of: /^[ \t]*MODULE_(VERSION|AUTHOR|DESCRIPTION)\(\s*((?:"[^"\\]*"\s*)+|\w+\s*)\)/
                .anchorsMatchLineEndings())
        for use in uses {
            let argument = String(use.2)
            let parts = argument.matches(of: /"([^"]*)"/).map { String($0.1) }
            let value = parts.isEmpty ? defined(argument, folder) : parts.joined()
            guard let value, !value.allSatisfy(\.isWhitespace) else { continue }
            let line = Self.line(of: use.1.startIndex, in: text)
            switch use.1 {
            case "VERSION": facts.append(DraftFact(.version, value, path, line))
            case "DESCRIPTION": facts.append(DraftFact(.summary, value, path, line))
            default:
                if Contact.isOne(value) { facts.append(DraftFact(.maintainer, value, path, line)) }
            }
        }
    }

    /// The text that a `#define` of the tree gives a name.
    private func defined(_ argument: String, _ folder: DraftFolder) -> String? {
        guard let name = argument.wholeMatch(of: /\s*([A-Za-z_][A-Za-z0-9_]*)\s*/)?.1 else { return nil }
        for path in folder.paths where path.hasSuffix(".c") || path.hasSuffix(".h") {
            guard let text = folder.text(path), text.contains(name) else { continue }
            for line in DraftFolder.lines(text) {
                guard let found = line.firstMatch(of: /^\s*#\s*define\s+(\w+)\s+"([^"\\]*)"/) else {
                    continue
                }
                if found.1 == name { return String(found.2) }
            }
        }
        return nil
    }
}

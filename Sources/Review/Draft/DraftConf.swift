/// A dkms.conf that is there, or nearly: debian/NAME.dkms has a mark in place of the version.
enum DraftConf {
    static func facts(_ text: String, _ path: String) -> [DraftFact] {
        var facts: [DraftFact] = []
        for (number, line) in DraftFolder.lines(text).enumerated() {
            guard let match = line.firstMatch(of: /^\s*PACKAGE_(NAME|VERSION)=["']?([^"'$#\s]+)["']?\s*$/)
            else {
                continue
            }
            facts.append(
                DraftFact(match.1 == "NAME" ? .name : .version, String(match.2), path, number + 1))
        }
        return facts
    }

    /// A value with the quotes in which bash takes it literally.
    static func quoted(_ value: String) -> String { "\"\(escaped(value))\"" }

    /// A part of a value that stands in double quotes (bash(1), "QUOTING").
    static func escaped(_ text: String) -> String {
        // Scalar by scalar: with an accent behind it a quote is another character, and the same to bash.
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if "\\\"$`".unicodeScalars.contains(scalar) { result.append("\\") }
            result.append(scalar)
        }
        return String(result)
    }

    /// The text with name and version in their places.
    static func filled(_ text: String, name: String, version: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            if line.hasPrefix("PACKAGE_NAME=") { return "PACKAGE_NAME=\(quoted(name))" }
            if line.hasPrefix("PACKAGE_VERSION=") { return "PACKAGE_VERSION=\(quoted(version))" }
            return String(line)
        }
        return lines.joined(separator: "\n").replacing("#MODULE_VERSION#", with: version)
    }
}

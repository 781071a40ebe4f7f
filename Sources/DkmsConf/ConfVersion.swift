/// Gives the text of a `dkms.conf` another PACKAGE_VERSION, for the file that travels in an artifact.
package enum ConfVersion {
    /// The text with every assignment of PACKAGE_VERSION that has a line to itself replaced.
    ///
    /// Where there is none such, one is added at the end. Everything else, the line's indentation included,
    /// stays as it is byte for byte.
    package static func setting(_ version: String, in text: [UInt8]) -> [UInt8] {
        let assignment = "PACKAGE_VERSION=\(quoted(version))"
        var isFound = false
        var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(
            Array.init)
        for index in lines.indices {
            let line = String(decoding: lines[index], as: UTF8.self)
            let indentation = line.prefix { $0 == " " || $0 == "\t" }
            var code = line.dropFirst(indentation.count)
            let export = code.hasPrefix("export ") ? "export " : ""
            code = code.dropFirst(export.count)
            guard code.hasPrefix("PACKAGE_VERSION=") || code.hasPrefix("PACKAGE_VERSION[0]=") else {
                continue
            }
            isFound = true
            // The bytes tell a CR from the end of the line, Characters don't.
            let carriageReturn = lines[index].last == 0x0D ? "\r" : ""
            lines[index] = Array("\(indentation)\(export)\(assignment)\(carriageReturn)".utf8)
        }
        if !isFound {
            if lines.last?.isEmpty == true { lines.removeLast() }
            lines += [Array(assignment.utf8), []]
        }
        return Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }

    private static func quoted(_ version: String) -> String {
        // Byte by byte: an accent makes another character of a quote, and is nothing to bash.
        "'"
            + version.utf8.split(separator: UInt8(ascii: "'"), omittingEmptySubsequences: false).map {
                String(Substring($0))
            }.joined(separator: #"'\''"#) + "'"
    }
}

package import Diagnostics
import Streams
package import SystemPackage
import Synchronization

/// What the steps of one unit printed, kept in order.
package final class BuildLog: Sendable {
    private let content: Mutex<[UInt8]>

    package init(heading: String) {
        content = Mutex(Array((heading + "\n").utf8))
    }

    /// A log that was kept, to be asked about.
    package init(text: String) {
        content = Mutex(Array(text.utf8))
    }

    package func append(_ bytes: [UInt8]) {
        content.withLock { $0.append(contentsOf: bytes) }
    }

    package func append(_ line: String) { append(Array((line + "\n").utf8)) }

    /// Whether any command ran.
    package var hasCommands: Bool { text.contains("# command: ") }

    package var text: String { String(decoding: content.withLock { $0 }, as: UTF8.self) }

    package func write(to path: FilePath) throws(Diagnostic) {
        do {
            try Files.makeDirectories(path.removingLastComponent())
        } catch {
            throw .file("create", path.removingLastComponent(), error)
        }
        try Files.write(content.withLock { $0 }, to: path)
    }

    /// The first line that says what is wrong: of the compiler, else of modpost, else of make.
    package var firstError: String? {
        let lines = text.split(separator: "\n")
        for mark in [
            ": error:", ": fatal error:", "ERROR: modpost:", ": undefined reference", "*** ", "Error: ",
        ] {
            if let line = lines.first(where: { $0.contains(mark) }) { return String(line) }
        }
        return nil
    }

    /// The folders that make said it entered, in order, each once.
    package var foldersEntered: [String] {
        var folders: [String] = []
        for line in text.split(separator: "\n") {
            // make[1]: Entering directory '/usr/src/linux-headers-6.1.0-56-amd64'
            guard line.hasPrefix("make"), let mark = line.firstRange(of: ": Entering directory ") else {
                continue
            }
            // make quotes as `x' in the C locale of old, as 'x' today.
            let quoted = line[mark.upperBound...]
            guard quoted.count > 2, quoted.hasPrefix("'") || quoted.hasPrefix("`"), quoted.hasSuffix("'")
            else { continue }
            let folder = String(quoted.dropFirst().dropLast())
            if !folders.contains(folder) { folders.append(folder) }
        }
        return folders
    }
}

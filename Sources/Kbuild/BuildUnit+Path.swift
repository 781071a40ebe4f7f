import Diagnostics
import SourceTree
import Streams
import SystemPackage

extension BuildUnit {
    /// Warns of a module that holds the build folder's path: one that the Makefile put into a string constant is beyond
    /// the compiler's prefix maps.
    func warnOfPath(in module: FilePath) throws(Diagnostic) {
        guard Self.holds(try Files.read(module), Array(buildFolder.string.utf8)) else { return }
        options.events(
            .diagnostic(
                .warning(
                    "build-path-inside",
                    "\(module.lastComponent?.string ?? "") holds the path of its build folder, so no two builds are equal",
                    hint:
                        "let the Makefile pass no absolute path, such as $(src), in a string to the compiler",
                    at: .init(file: tree.origin.path("dkms.conf")))))
    }

    private static func holds(_ bytes: [UInt8], _ word: [UInt8]) -> Bool {
        guard let first = word.first, bytes.count >= word.count else { return false }
        let span = bytes.span
        for start in 0...(bytes.count - word.count) where span[start] == first {
            if bytes[start...].starts(with: word) { return true }
        }
        return false
    }
}

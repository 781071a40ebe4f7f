package import Diagnostics
import Glibc
package import SystemPackage

/// Names for what is on its way, and what a killed run left under them.
extension Files {
    /// Letters and digits that nobody else has in a name.
    package static func uniqueName() -> String { String(UInt64.random(in: .min ... .max), radix: 36) }

    /// A new name for what will be called `target` when it is whole: `.NAME.UNIQUE.part`, beside it.
    package static func partial(of target: FilePath) -> FilePath {
        let name = target.lastComponent?.string ?? "output"
        return target.removingLastComponent().appending(".\(name).\(uniqueName()).part")
    }

    /// What would have been called so when it was whole, of a name that ``partial(of:)`` gave; nil of any other.
    package static func partialTarget(_ name: String) -> Substring? {
        guard name.hasPrefix("."), name.hasSuffix(".part") else { return nil }
        let core = name.dropFirst().dropLast(".part".count)
        guard let dot = core.lastIndex(of: "."), dot > core.startIndex else { return nil }
        let unique = core[dot...].dropFirst()
        return !unique.isEmpty && unique.allSatisfy { $0.isLetter || $0.isNumber } ? core[..<dot] : nil
    }

    /// Removes what killed runs left beside `target` under names that ``partial(of:)`` gave.
    ///
    /// Only for whoever holds the lock under which `target` is written: another run's would be removed too.
    package static func removePartials(of target: FilePath) {
        let folder = target.removingLastComponent()
        for name in (try? names(in: folder)) ?? [] {
            if let whole = partialTarget(name), whole == target.lastComponent?.string ?? "" {
                try? remove(folder.appending(name))
            }
        }
    }

    /// Whether this process may read what the path leads to.
    package static func isReadable(_ path: FilePath) -> Bool { isAccessible(path, R_OK) }

    /// Whether this process may write what the path leads to.
    package static func isWritable(_ path: FilePath) -> Bool { isAccessible(path, W_OK) }

    /// Whether this process may run the file, or search the folder, that the path leads to.
    package static func isExecutable(_ path: FilePath) -> Bool { isAccessible(path, X_OK) }

    private static func isAccessible(_ path: FilePath, _ way: CInt) -> Bool {
        unsafe path.withPlatformString { unsafe access($0, way) } == 0
    }

    /// Removes a file that has to be there.
    package static func removeFile(_ path: FilePath) throws(Diagnostic) {
        do throws(Errno) {
            try remove(path)
        } catch {
            throw .file("remove", path, error)
        }
    }
}

package import Diagnostics
package import SystemPackage

import Glibc

/// A private folder that goes away with its owner.
package struct TemporaryFolder: ~Copyable {
    package let path: FilePath

    /// Makes a folder of mode 0700 under `parent`, by default under `$TMPDIR` or `/tmp`.
    package init(_ purpose: String, in parent: FilePath? = nil) throws(Diagnostic) {
        let given = parent ?? FilePath(Self.environmentFolder)
        // Absolute and without links, as make and compilers name what is in it.
        let base = (try? Files.canonical(given)) ?? given
        let path = base.appending("mkdkms-\(purpose).\(Files.uniqueName())")
        do {
            try Files.makeDirectory(path, mode: 0o700)
        } catch {
            throw .file("create a temporary folder", path, error)
        }
        self.path = path
    }

    deinit { try? Files.removeTree(path) }

    private static var environmentFolder: String {
        guard let value = unsafe getenv("TMPDIR") else { return "/tmp" }
        let folder = unsafe String(cString: value)
        return folder.isEmpty ? "/tmp" : folder
    }
}

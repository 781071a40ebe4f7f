import DebFormat
import Diagnostics
import RPMFormat
import SystemPackage

/// What a package of a repository is, whoever signed it.
enum PackageContent {
    /// A digest that is equal where two packages differ in their signatures at most; nil for a file that is no package.
    ///
    /// - Throws: `bad-deb`, `bad-rpm`, `file-error`.
    static func digest(of path: FilePath) throws(Diagnostic) -> String? {
        switch path.extension {
        case "deb": try DebReader(path).contentDigest()
        case "rpm": try RPMReader(path).contentDigest()
        default: nil
        }
    }
}

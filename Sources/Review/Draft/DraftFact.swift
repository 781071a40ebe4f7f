package import Diagnostics
import Settings

/// Something that a draft says, and the place that says so.
package struct DraftFact: Hashable, Sendable {
    package enum Key: String, CaseIterable, Sendable {
        case name, version, module, make, maintainer, license, summary, homepage, description, changelog
        case debRequires = "deb.requires"
        case debRecommends = "deb.recommends"
        case rpmRequires = "rpm.requires"
        case files
    }

    package let key: Key
    package let value: String
    /// A file of the tree, or the option in its place.
    package let origin: Diagnostic.Location

    init(_ key: Key, _ value: String, _ file: String, _ line: Int? = nil) {
        self.key = key
        self.value = value
        origin = .init(file: file, line: line)
    }
}

/// A file that is shipped beside the module.
struct DraftPayload: Hashable, Sendable {
    let role: PayloadFile.Role
    let source: String
    /// What it is called in the role's folder; nil for the name of the source.
    var name: String?
    /// The folder, where the role's own isn't meant.
    var folder: String?
}

/// A version in a changelog.
struct DraftRelease: Hashable, Sendable {
    let version: String
    /// Seconds since 1970.
    let time: Int64
    let author: String?
    let changes: [String]
}

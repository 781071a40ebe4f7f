import Archive
import Diagnostics
import SourceTree

/// What a module's source says of itself in its `MODULE_*` macros, in the order of the files; comments say nothing.
struct ModuleWords {
    /// Of all its files that name one.
    private(set) var license: String?
    /// The first.
    private(set) var description: String?
    /// Each once.
    private(set) var authors: [String] = []
    /// `license-conflict`, where a file says two things of its licence.
    private(set) var warnings: [Diagnostic] = []

    /// Reads the tree's C files.
    init(_ tree: SourceTree) {
        var licenses: [String] = []
        // Most files of a large tree have none of it.
        for (path, whole) in tree.cSources where whole.contains("MODULE_") {
            let source = whole.withoutComments
            let places = source.places(of: "MODULE_")
            if places.contains(where: { source.continues(at: $0, with: "MODULE_LICENSE") }) {
                let said = FileLicense(whole, withoutComments: source)
                if let license = said.expression { licenses.append(license) }
                warn(of: said, tree.origin.path(path))
            }
            for place in places { read(source, at: place) }
        }
        license = PackageLicense.joined(licenses)
    }

    private mutating func warn(of license: FileLicense, _ file: String) {
        guard let conflict = license.contradiction else { return }
        warnings.append(
            .warning(
                "license-conflict",
                "the file is under \(conflict.identifier) by its SPDX-License-Identifier, and its module is MODULE_LICENSE(\"\(conflict.macro)\")",
                hint:
                    "packages name what is not free of the two as well: correct the file, or give --license",
                at: .init(file: file, line: conflict.line)))
    }

    private mutating func read(_ source: CSource, at place: Int) {
        if description == nil, source.continues(at: place, with: "MODULE_DESCRIPTION") {
            description = source.argument(at: place)
        }
        guard source.continues(at: place, with: "MODULE_AUTHOR") else { return }
        if let author = source.argument(at: place), !authors.contains(author) { authors.append(author) }
    }
}

import Archive
import Diagnostics

extension RPMPackage {
    /// Everything that rpm would refuse or misread, at once.
    ///
    /// - Throws: `bad-package`.
    func check() throws(Diagnostic) {
        var faults: [String] = []
        for (field, text) in [("name", name), ("version", version), ("release", release)] {
            let allowed = field == "name" ? "+-._" : "+._~^"
            let isSound = text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || allowed.utf8.contains(byte)
            }
            if text.isEmpty || !isSound {
                faults.append("\"\(text)\" is no \(field): letters, digits and \(allowed) only")
            }
        }
        for (field, text) in [("summary", summary), ("license", license), ("architecture", architecture)] {
            if text.isEmpty || text.hasLineEnd {
                faults.append("the \(field) is empty or has several lines")
            }
        }
        for (path, flags) in flags where files[path: path] == nil {
            faults.append("\(path), flagged \(flags.rawValue), is no file of the package")
        }
        if let sources {
            for name in [sources.specification] + sources.archives where files[path: name] == nil {
                faults.append("\(name), a source, is no file of the package")
            }
        }
        for relation in RPMRelation.allCases {
            for dependency in dependencies(relation)
            where dependency.name.isEmpty || dependency.name.hasLineEnd {
                faults.append("\(relation) names nothing in \"\(dependency.text)\"")
            }
        }
        guard !faults.isEmpty else { return }
        throw .error(
            "bad-package", "the package \(name.isEmpty ? "without a name" : name) cannot be written",
            related: faults.sorted().map { .error("bad-package", $0) })
    }
}

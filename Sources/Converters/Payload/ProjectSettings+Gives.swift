import Archive
import Kernels
package import Settings
import SystemPackage

extension ProjectSettings {
    /// Whether one of the files beside the module is that of `path`, a file of the package that the tree came in, whichever
    /// distribution the package was for.
    ///
    /// - Parameter path: where it is installed; of a source package also what it is called there.
    package func gives(_ path: String) -> Bool {
        files.contains { file in
            if let name = Self.nameInSource(path) { return file.names.contains(name) }
            return file.places.contains(PayloadPlacement.merged(path))
        }
    }

    /// The name of a file that is somewhere in the sources of a package: no path of an installed one has it alone, or
    /// begins so.
    private static func nameInSource(_ path: String) -> String? {
        let parts = path.split(separator: "/").map(String.init)
        return parts.count == 1 || parts.first == "debian" ? parts.last : nil
    }
}

extension PayloadFile {
    /// What it is called where it is installed, and where it was found.
    fileprivate var names: [String] {
        var names = [name, destination ?? ""].compactMap { FilePath($0).lastComponent?.string }
        if case .onDisk(let path, _) = content, let name = path.lastComponent?.string { names.append(name) }
        return names
    }

    /// Where it may be installed: the distributions that differ in that, and the destinations of its own.
    fileprivate var places: Set<String> {
        let targets: [(Distribution.PackageFormat, Distribution?)] = [
            (.deb, nil), (.deb, Distribution(.debian, "13")), (.rpm, nil), (.rpm, Distribution(.sles, "15")),
        ]
        let usual = targets.compactMap { (try? PayloadPlacement(self, in: $0, for: $1))?.path }
        return Set((usual + differences.compactMap(\.destination)).map { PayloadPlacement.merged($0) })
    }
}

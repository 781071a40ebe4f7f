import Archive
import Diagnostics

extension DebPackage {
    /// Everything that dpkg would refuse, at once (Debian Policy 5.6; deb-conffiles(5)).
    ///
    /// - Throws: `bad-package`.
    func check() throws(Diagnostic) {
        var faults: [String] = []
        for name in ["Package", "Version", "Architecture", "Maintainer", "Description"]
        where control[name] == nil {
            faults.append("the control field \(name) is missing")
        }
        for field in control.fields where !Self.isFieldName(field.name) {
            faults.append("\"\(field.name)\" is no name of a control field")
        }
        let multiline = ["description", "conffiles", "checksums-sha256"]
        for field in control.fields where field.value.hasLineEnd {
            if multiline.contains(field.name.lowercased()) { continue }
            faults.append("the control field \(field.name) has several lines")
        }
        if let name = control["Package"], !Self.isPackageName(name) {
            faults.append(
                "\"\(name)\" is no package name: at least two of a-z 0-9 + - . and none of +-. first")
        }
        if let version = control["Version"], !Self.isVersion(version) {
            faults.append("\"\(version)\" is no version: a digit first, then letters, digits and . + - ~ :")
        }
        for path in conffiles {
            let entry = files[path: String(path.drop { $0 == "/" })]
            guard path.hasPrefix("/"), let entry, case .file = entry.kind else {
                faults.append("the conffile \(path) is no file of the package")
                continue
            }
        }
        for entry in files where entry.path.hasLineEnd {
            faults.append("the name of \(entry.path.debugDescription) holds a newline")
        }
        guard !faults.isEmpty else { return }
        throw .error(
            "bad-package", "the package \(control["Package"] ?? "without a name") cannot be written",
            related: faults.map { .error("bad-package", $0) })
    }

    private static func isFieldName(_ name: String) -> Bool {
        name.utf8.first != UInt8(ascii: "-")
            && name.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: ":") }
    }

    private static func isPackageName(_ name: String) -> Bool {
        let extra = Array("+-.".utf8)
        guard name.utf8.count > 1, let first = name.utf8.first, isLowerOrDigit(first) else { return false }
        return name.utf8.allSatisfy { isLowerOrDigit($0) || extra.contains($0) }
    }

    private static func isLowerOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (48...57).contains(byte)
    }

    private static func isVersion(_ version: String) -> Bool {
        let parts = version.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        // dpkg holds the epoch in an int.
        if parts.count > 1, Int32(parts[0]) == nil || !parts[0].utf8.allSatisfy({ (48...57).contains($0) }) {
            return false
        }
        let bare = parts.last ?? ""
        guard let first = bare.utf8.first, (48...57).contains(first) else { return false }
        let extra = Array(".+-~:".utf8)
        return bare.utf8.allSatisfy { byte in
            isLowerOrDigit(byte) || (65...90).contains(byte) || extra.contains(byte)
        }
    }
}

package import Diagnostics
package import SystemPackage

extension Diagnostic {
    /// A system call on `path` failed; `verb` is what was being done to it, such as "write".
    package static func file(_ verb: String, _ path: FilePath, _ errno: Errno) -> Diagnostic {
        let hint: String? =
            switch errno {
            case .noSpace: "free some space on that file system, or choose another output folder with -o"
            case .permissionDenied, .readOnlyFileSystem, .notPermitted:
                "check the owner and mode of \(path.removingLastComponent()), or choose another folder"
            case .noSuchFileOrDirectory: "check the spelling of the path"
            default: nil
            }
        return .error("file-error", "cannot \(verb) \(path): \(errno)", hint: hint)
    }
}

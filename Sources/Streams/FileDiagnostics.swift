package import Diagnostics
package import SystemPackage

extension Diagnostic {
    /// A system call on `path` failed; `verb` is what was being done to it, such as "write".
    package static func file(_ verb: String, _ path: FilePath, _ errno: Errno) -> Diagnostic {
        let hint =
            switch errno {
            case .noSpace: "free some space on that file system, or choose another output folder with -o"
            case .permissionDenied, .readOnlyFileSystem, .notPermitted:
                "check the owner and mode of \(path.removingLastComponent()), or choose another folder"
            case .noSuchFileOrDirectory: "check the spelling of the path"
            case .fileExists, .notDirectory:
                "a file is where a folder is needed: move it, or choose another folder"
            case .isDirectory: "a folder is where a file is needed: move it, or choose another name"
            default: "check the disk and the path with: ls -ld \(path)"
            }
        return .error("file-error", "cannot \(verb) \(path): \(errno)", hint: hint)
    }
}

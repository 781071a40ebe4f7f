import Glibc
import SystemPackage

extension FilePath {
    /// The path from the root on, for documents that are read elsewhere.
    var absolute: FilePath {
        if isAbsolute { return lexicallyNormalized() }
        guard let folder = unsafe getcwd(nil, 0) else { return self }
        defer { unsafe free(folder) }
        return unsafe FilePath(platformString: folder).pushing(self).lexicallyNormalized()
    }
}

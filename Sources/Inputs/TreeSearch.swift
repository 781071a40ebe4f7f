import Diagnostics
import Streams
import SystemPackage

/// Finds the one source tree among unpacked files.
struct TreeSearch {
    /// Where to look.
    let folder: FilePath
    /// What it was unpacked from, for messages.
    let shown: FilePath

    /// The folder of the dkms.conf that has no other above or beside it.
    ///
    /// - Throws: `no-dkms-conf`, `several-dkms-confs`, `no-source` for an archive of built modules only.
    func root() throws(Diagnostic) -> FilePath {
        if Files.isDirectory(folder.appending("dkms_binaries_only")) {
            throw .error(
                "no-source", "\(shown) holds built modules and no source",
                hint: "give the tree that it was made from")
        }
        let found = try candidates(folder)
        guard let first = found.first else {
            throw .error(
                "no-dkms-conf", "there is no dkms.conf in \(shown)",
                hint: "a DKMS package has it in usr/src/NAME-VERSION, an archive anywhere")
        }
        guard found.count == 1 else {
            let names = found.map { Self.shownPath($0, from: folder) }
            throw .error(
                "several-dkms-confs", "\(shown) holds several trees: \(names.joined(separator: ", "))",
                hint: "unpack it and give one of them")
        }
        return first
    }

    /// Folders with a dkms.conf; what lies beneath one of them belongs to it.
    private func candidates(_ folder: FilePath) throws(Diagnostic) -> [FilePath] {
        if Files.isRegularFile(folder.appending("dkms.conf")) { return [folder] }
        var found: [FilePath] = []
        do {
            // An archive without any usr/src has no folder to look in.
            guard try Files.status(folder).kind == .directory else { return [] }
            for name in try Files.names(in: folder) { found += try candidates(folder.appending(name)) }
        } catch let error as Errno {
            if error == .noSuchFileOrDirectory { return [] }
            throw .file("read", folder, error)
        } catch let error as Diagnostic {
            throw error
        } catch {
            throw .file("read", folder, .ioError)
        }
        return found
    }

    private static func shownPath(_ path: FilePath, from folder: FilePath) -> String {
        var relative = path
        _ = relative.removePrefix(folder)
        return relative.appending("dkms.conf").string
    }
}

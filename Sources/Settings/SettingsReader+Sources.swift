import Archive
import Diagnostics
import Streams
import SystemPackage

/// Finding the files that are named as sources.
extension SettingsReader {
    /// What an entry of `files` is made of.
    struct Source {
        var files: [PayloadFile] = []
        /// Whether the names of the files are paths beneath one.
        var isFolder = false
    }

    /// The file, or those in the folder, with the modes that they have; none with a fault.
    mutating func source(_ field: Field) -> Source {
        guard let text = line(field), let path = allowed(text, field) else { return Source() }
        do throws(Errno) {
            let status = try Files.status(path, following: true)
            switch status.kind {
            case .regular:
                let mode: UInt16 = status.permissions & 0o111 == 0 ? 0o644 : 0o755
                let name = FilePath(text).lastComponent?.string ?? ""
                let file = file(name, .onDisk(path, size: status.size), mode, field)
                return Source(files: file.map { [$0] } ?? [])
            case .directory: return Source(files: folder(path, field), isFolder: true)
            case .symbolicLink, .other:
                fault(
                    field.node, "missing-file", "\(path) is neither a file nor a folder",
                    hint: "name a regular file")
            }
        } catch {
            fault(
                field.node, "missing-file", "there is no \(path)",
                hint: "paths are relative to the folder of the settings file")
        }
        return Source()
    }

    /// Where the source is on disk; nil, with a fault, for one that a tree's file must not reach.
    private mutating func allowed(_ text: String, _ field: Field) -> FilePath? {
        guard case .tree(let root) = owner else { return resolved(text) }
        let path = root.pushing(FilePath(text))
        // What doesn't exist is told as missing.
        let real = (try? Files.canonical(path)) ?? path.lexicallyNormalized()
        if !FilePath(text).isAbsolute, real.starts(with: root), path.lexicallyNormalized().starts(with: root)
        {
            return path
        }
        fault(
            field.node, "source-outside",
            "\(text) is outside of \(root), and a tree's own settings ship only what is in it",
            hint: "put the file into the tree, or give the settings with --settings if they are yours")
        return nil
    }

    private mutating func folder(_ path: FilePath, _ field: Field) -> [PayloadFile] {
        let list: FileList
        do throws(Diagnostic) {
            list = try FileList(folder: path)
        } catch {
            fault(field.node, "missing-file", "\(path) cannot be shipped: \(error.message)", hint: error.hint)
            return []
        }
        var files: [PayloadFile] = []
        for entry in list {
            switch entry.kind {
            case .directory: continue
            case .file(let content):
                if let file = file(entry.path, content, entry.permissions, field) { files.append(file) }
            case .symbolicLink:
                fault(
                    field.node, "missing-file", "\(path)/\(entry.path) is a link",
                    hint: "put the file itself there")
            }
        }
        if files.isEmpty {
            fault(field.node, "missing-file", "there is no file in \(path)", hint: "name another folder")
        }
        return files
    }

    private mutating func file(
        _ name: String, _ content: FileContent, _ permissions: UInt16, _ field: Field
    ) -> PayloadFile? {
        do {
            if try PrivateKey.isOne(name, content) {
                fault(field.node, "private-key", "\(name) is a private key", hint: "no package may carry one")
                return nil
            }
        } catch {
            fault(field.node, "missing-file", "\(name) cannot be read", hint: "correct its permissions")
            return nil
        }
        return PayloadFile(
            role: .plain, content: content, name: name, destination: nil, permissions: permissions)
    }
}

import Archive
import BundleFormat
import Compression
import DebFormat
package import Diagnostics
import KernelModule
import RPMFormat
import Streams
package import SystemPackage

/// Finds out what a file is and what it holds, by its content and not by its name.
package enum Inspector {
    /// - Throws: `unknown-artifact` for what is none of the formats; what their readers throw for damaged ones. Single
    ///   files that are damaged in one that can be read are told in ``InspectedArtifact/faults``.
    package static func inspect(_ path: FilePath) throws(Diagnostic) -> InspectedArtifact {
        switch try Signature(of: path) {
        case .elf: try module(path)
        case .deb: try deb(path)
        case .rpm: try rpm(path)
        case .compressed: try compressed(path)
        case .tar: try archive(path)
        case .unknown: try unmarkedArchive(path)
        }
    }

    /// Tar has not always had a mark; what libarchive doesn't take for one either is nothing that is known here.
    private static func unmarkedArchive(_ path: FilePath) throws(Diagnostic) -> InspectedArtifact {
        do throws(Diagnostic) {
            return try archive(path)
        } catch {
            guard error.code == "bad-archive" else { throw error }
            throw .error(
                "unknown-artifact", "\(path) is no .ko, .deb, .rpm, .dkms.tar.* or bundle",
                hint: "files are recognised by what is in them, whatever their names are")
        }
    }

    private enum Signature {
        case elf, deb, rpm, compressed, tar, unknown

        /// As many bytes as the furthest mark needs: tar's is at 257.
        private static let length = 262

        init(of path: FilePath) throws(Diagnostic) {
            guard !Files.isDirectory(path) else {
                throw .error(
                    "unknown-artifact", "\(path) is a folder",
                    hint: "give a .ko, .deb, .rpm, .dkms.tar.* or bundle file")
            }
            var start = [UInt8](repeating: 0, count: Self.length)
            do {
                let file = try Files.open(path)
                defer { try? file.close() }
                start = Array(start[..<(try Files.read(file, into: &start))])
            } catch {
                throw .file("read", path, error)
            }
            guard !start.isEmpty else {
                throw .error("unknown-artifact", "\(path) is empty", hint: "fetch or make the file again")
            }
            if start.starts(with: [0x7F, 0x45, 0x4C, 0x46]) {
                self = .elf
            } else if start.starts(with: Array("!<arch>\n".utf8)) {
                self = .deb
            } else if start.starts(with: [0xED, 0xAB, 0xEE, 0xDB]) {
                self = .rpm
            } else if CompressionFormat(magicOf: start) != nil {
                self = .compressed
            } else {
                self = start.dropFirst(257).starts(with: "ustar".utf8) ? .tar : .unknown
            }
        }
    }

    private static func module(_ path: FilePath) throws(Diagnostic) -> InspectedArtifact {
        let bytes = try Files.read(path)
        var content = ContentCollector()
        content.take(module: path.string, bytes)
        if let fault = content.faults.first { throw fault }
        let facts = content.modules.first?.facts
        return InspectedArtifact(
            format: .ko, kind: "module", name: facts?.name ?? "", version: facts?.version,
            metadata: facts?.info.map { .init(name: $0.key, value: $0.value) } ?? [], scripts: [:], files: [],
            modules: content.modules)
    }

    /// A compressed module or a compressed archive: the name decides which is tried first.
    private static func compressed(_ path: FilePath) throws(Diagnostic) -> InspectedArtifact {
        path.string.contains(".ko.") ? try module(path) : try archive(path)
    }

    private static func deb(_ path: FilePath) throws(Diagnostic) -> InspectedArtifact {
        let deb = try DebReader(path)
        var content = ContentCollector()
        try deb.forEachMember { (member, reader) throws(Diagnostic) in try content.take(member, &reader) }
        let name = deb.control["Package"] ?? ""
        return InspectedArtifact(
            format: .deb, kind: packageKind(name, content), name: name, version: deb.control["Version"],
            metadata: deb.control.fields.map { .init(name: $0.name, value: $0.value) },
            scripts: Dictionary(uniqueKeysWithValues: deb.scripts.map { ($0.key.rawValue, $0.value) }),
            files: content.sortedFiles, modules: content.sortedModules, faults: content.faults)
    }

    private static func rpm(_ path: FilePath) throws(Diagnostic) -> InspectedArtifact {
        let rpm = try RPMReader(path)
        var faults: [Diagnostic] = []
        do throws(Diagnostic) { try rpm.verifyPayload() } catch { faults.append(error) }
        var content = ContentCollector()
        try rpm.forEachMember { (member, reader) throws(Diagnostic) in try content.take(member, &reader) }
        var metadata: [InspectedArtifact.Field] = [
            .init(name: "release", value: rpm.release), .init(name: "arch", value: rpm.architecture),
            .init(name: "summary", value: rpm.text(.summary)),
            .init(name: "license", value: rpm.text(.license)),
        ]
        for relation in RPMRelation.allCases {
            // A shell is required once for every scriptlet.
            let values = Set(rpm.relations(relation).map(\.text).filter { !$0.hasPrefix("rpmlib(") })
            if !values.isEmpty {
                metadata.append(.init(name: "\(relation)", value: values.sorted().joined(separator: ", ")))
            }
        }
        return InspectedArtifact(
            format: .rpm, kind: rpm.isSource ? "source" : packageKind(rpm.name, content), name: rpm.name,
            version: rpm.version, metadata: metadata,
            scripts: Dictionary(
                uniqueKeysWithValues: rpm.scriptlets.map { (String($0.key.name.dropFirst()), $0.value) }),
            files: content.sortedFiles, modules: content.sortedModules, faults: faults + content.faults)
    }

    /// Ours and dkms's tell themselves by their files: modules, or a source with a dkms.conf.
    private static func packageKind(_ name: String, _ content: ContentCollector) -> String {
        if content.hasModules { return name.hasPrefix("kmod-") ? "kmod" : "modules" }
        return content.files.contains { $0.path.hasPrefix("usr/src/") && $0.path.hasSuffix("/dkms.conf") }
            ? "dkms" : "other"
    }
}

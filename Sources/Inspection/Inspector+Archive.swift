import Archive
import BundleFormat
import Diagnostics
import SystemPackage

extension Inspector {
    /// A bundle, a dkms tarball, or a plain archive of a source tree.
    static func archive(_ path: FilePath) throws(Diagnostic) -> InspectedArtifact {
        BundleReader.recognises(path) ? try bundle(path) : try tarball(path)
    }

    private static func bundle(_ path: FilePath) throws(Diagnostic) -> InspectedArtifact {
        var content = ContentCollector()
        let bundle = try BundleReader.read(path) { (name, bytes) throws(Diagnostic) in
            content.take(module: name, bytes)
        }
        var faults = content.faults
        if let fault = bundle.faults.first {
            faults.append(
                .error(
                    "bad-bundle", "\(path) is not as its SHA256SUMS says: \(fault.message)",
                    hint: "fetch the bundle again", related: bundle.faults))
        }
        let manifest = bundle.manifest
        return InspectedArtifact(
            format: .bundle, kind: "bundle", name: manifest.name, version: manifest.version,
            metadata: [
                .init(name: "arch", value: manifest.arch),
                .init(
                    name: "kernels", value: manifest.kernels.map(\.release).sorted().joined(separator: " ")),
                .init(name: "sourceDigest", value: manifest.sourceDigest),
                .init(name: "compiler", value: manifest.compiler),
                .init(name: "signed", value: bundle.signature == nil ? "no" : "yes"),
            ], scripts: ["install": bundle.installScript],
            files: bundle.files.map {
                .init(path: $0.path, permissions: $0.permissions, size: $0.size, sha256: $0.sha256)
            }.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }, modules: content.sortedModules,
            faults: faults)
    }

    private static func tarball(_ path: FilePath) throws(Diagnostic) -> InspectedArtifact {
        var reader = try ArchiveReader(file: path)
        var content = ContentCollector()
        var conf: String?
        while let member = try reader.next() {
            guard member.relativePath?.hasSuffix("dkms.conf") == true, conf == nil else {
                try content.take(member, &reader)
                continue
            }
            let bytes = try reader.readAll()
            conf = String(decoding: bytes, as: UTF8.self)
            content.add(member, bytes)
        }
        guard let conf else {
            throw .error(
                "unknown-artifact", "\(path) is an archive without a dkms.conf",
                hint: "give a .ko, .deb, .rpm, .dkms.tar.* or bundle file")
        }
        let kernels = Set(
            content.files.compactMap { file -> String? in
                let parts = file.path.split(separator: "/")
                return parts.count > 3 && parts[0] == "dkms_main_tree" ? String(parts[1]) : nil
            })
        return InspectedArtifact(
            format: .tarball, kind: content.hasModules ? "modules" : "source",
            name: value("PACKAGE_NAME", in: conf), version: value("PACKAGE_VERSION", in: conf),
            metadata: [.init(name: "kernels", value: kernels.sorted().joined(separator: " "))], scripts: [:],
            files: content.sortedFiles, modules: content.sortedModules, faults: content.faults)
    }

    /// The literal value of a directive: inspecting runs nothing of what it looks at.
    private static func value(_ directive: String, in conf: String) -> String {
        for line in conf.split(whereSeparator: \.isNewline) {
            let words = line.drop(while: \.isWhitespace)
            guard words.hasPrefix("\(directive)=") else { continue }
            return words.dropFirst(directive.count + 1).filter { $0 != "\"" && $0 != "'" }
                .split(separator: " ").first.map(String.init) ?? ""
        }
        return ""
    }
}

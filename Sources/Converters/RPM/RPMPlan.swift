import Archive
import Compression
import Diagnostics
import Kernels
import RPMFormat
import SourceTree
import SystemPackage

/// An .rpm about to be written.
struct RPMPlan: ArtifactPlan {
    let kind: String
    let kernels: [String]
    let package: RPMPackage
    let compression: CompressionSettings

    var artifact: ArtifactName {
        ArtifactName(file: package.fileName, format: "rpm", kind: kind, kernels: kernels)
    }

    var outline: [String] {
        package.scriptlets.keys.map(\.name).sorted() + package.files.map { "/\($0.path)" }
    }

    func write(to path: FilePath) throws(Diagnostic) {
        try RPMWriter.write(package, to: path, compression: compression)
    }
}

extension RPMPlan {
    /// Rendered templates as scriptlets.
    static func scriptlets(_ texts: [String: String]) throws(Diagnostic) -> [RPMPackage.Scriptlet: String] {
        var scriptlets: [RPMPackage.Scriptlet: String] = [:]
        for (name, text) in texts {
            guard let scriptlet = RPMPackage.Scriptlet.allCases.first(where: { $0.name == "%\(name)" }) else {
                throw .error(
                    "unknown-template", "\(name) is no scriptlet",
                    hint: "an .rpm has pre, post, preun, postun, pretrans and posttrans")
            }
            scriptlets[scriptlet] = text
        }
        return scriptlets
    }
}

extension DriverRelease {
    /// A package of the release with everything but its relations, scriptlets and flags.
    func rpm(_ name: String, _ architecture: String, files: FileList, description: String) -> RPMPackage {
        var package = RPMPackage(
            name: name, version: naming.version, release: naming.revision, architecture: architecture,
            summary: metadata.summary, description: description, license: metadata.license, files: files,
            buildTime: settings.epoch)
        package.url = metadata.homepage ?? ""
        package.packager = metadata.maintainer
        package.changelog = [
            RPMPackage.Change(
                time: settings.epoch, author: "\(metadata.maintainer) - \(naming.full)",
                text: "- Packaged version \(identity.version).")
        ]
        return package
    }

    /// `--archive-compression`, else what the target's rpm reads, else xz, which every rpm since 4.6 does.
    func rpmCompression(_ target: Distribution?) -> CompressionSettings {
        var chosen = settings.archiveCompression ?? RPMWriter.defaultSettings(threads: settings.threads)
        if settings.archiveCompression == nil, let target, target.usesRPM, target.packageCompression != .xz {
            chosen = CompressionSettings(target.packageCompression, threads: settings.threads)
        }
        chosen.check = .crc32
        return chosen
    }
}

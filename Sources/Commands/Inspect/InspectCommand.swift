import ArgumentParser
import Compression
import Diagnostics
import Inspection
import KernelModule
import SystemPackage
import Terminal

/// `mkdkms inspect`: what an artifact is and holds.
struct InspectCommand: Verb {
    static let schemaName = "inspect"
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a .ko, .dkms.tar.*, bundle, .deb or .rpm holds.",
        discussion: "Example: mkdkms inspect kmod-hello-6.1.0-56-amd64-1.5.0-1.x86_64.rpm --json")

    @Argument(help: ArgumentHelp("The artifact; recognised by its content.", valueName: "file"))
    var file: String

    @OptionGroup var talk: TalkOptions
    @OptionGroup(visibility: .hidden) var progress: ProgressOptions

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        let artifact = try Inspector.inspect(FilePath(file))
        return Report(
            text: InspectTable(artifact).text, document: InspectDocument(artifact), failures: artifact.faults,
            status: artifact.faults.isEmpty ? .success : .failure)
    }
}

/// An artifact as a table.
struct InspectTable {
    let text: String

    init(_ artifact: InspectedArtifact) {
        var facts = Table(header: ["format", "\(artifact.format.rawValue) (\(artifact.kind))"])
        facts.add(["name", artifact.name])
        if let version = artifact.version { facts.add(["version", version]) }
        for field in artifact.metadata where artifact.format != .ko {
            let lines = field.value.split(separator: "\n")
            facts.add([field.name, (lines.first.map(String.init) ?? "") + (lines.count > 1 ? " …" : "")])
        }
        if !artifact.scripts.isEmpty {
            facts.add(["scripts", artifact.scripts.keys.sorted().joined(separator: " ")])
        }
        var sections = [facts.text]
        for module in artifact.modules { sections.append(Self.table(of: module)) }
        if !artifact.files.isEmpty {
            var files = Table(header: ["mode", "size", "file"])
            for file in artifact.files {
                files.add([String(file.permissions, radix: 8), "\(file.size)", file.path])
            }
            sections.append(files.text)
        }
        text = sections.joined(separator: "\n")
    }

    private static func table(of module: InspectedArtifact.Module) -> String {
        let facts = module.facts
        var table = Table(header: ["module", module.path])
        let rows: [(String, String?)] = [
            ("name", facts.name), ("version", facts.version), ("license", facts.license),
            ("description", facts.description), ("vermagic", facts.vermagic),
            ("srcversion", facts.srcversion),
            ("depends", facts.depends.joined(separator: " ")), ("arch", facts.architecture),
            ("compression", facts.compression.rawValue), ("stripped", facts.isStripped ? "yes" : "no"),
        ]
        for (name, value) in rows {
            if let value, !value.isEmpty { table.add([name, value]) }
        }
        if let signature = facts.signature {
            table.add(["signer", signature.signer ?? "(not named)"])
            table.add(["key id", signature.keyIdentifierText])
            table.add(["signature", "\(signature.algorithm) \(signature.hash)"])
        } else {
            table.add(["signature", "none"])
        }
        return table.text
    }
}

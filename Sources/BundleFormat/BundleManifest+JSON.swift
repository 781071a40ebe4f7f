package import Diagnostics
import FoundationEssentials

extension BundleManifest {
    /// The document, keys sorted, with a newline at its end; the same manifest gives the same bytes.
    package func json() throws(Diagnostic) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(Document(self))) + [UInt8(ascii: "\n")]
        } catch {
            throw .error("bad-manifest", "the manifest of \(name) cannot be written as JSON: \(error)")
        }
    }

    /// Reads what ``json()`` writes.
    ///
    /// - Throws: `bad-manifest` for what is no manifest of this schema.
    package init(json: [UInt8]) throws(Diagnostic) {
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: Data(json))
        } catch {
            throw Self.bad("it is no bundle manifest")
        }
        guard document.schema == Self.schema else {
            throw Self.bad("its schema is \(document.schema), not \(Self.schema)")
        }
        self = try document.manifest()
    }

    fileprivate static func bad(_ reason: String) -> Diagnostic {
        .error(
            "bad-manifest", "manifest.json cannot be read: \(reason)",
            hint: "make the bundle again with this version of mkdkms")
    }
}

/// The manifest as JSON has it: CRCs as text, because JSON has no hexadecimal numbers.
private struct Document: Codable {
    struct Module: Codable {
        var file: String
        var sha256: String
        var destination: String
        var symbols: [String: String]
    }

    struct Kernel: Codable {
        var release: String
        var moduleLayoutCRC: String?
        var vermagic: String
        var modules: [Module]

        enum Key: String, CodingKey { case release, moduleLayoutCRC, vermagic, modules }

        /// Writes null for a value that is missing; synthesised code would leave the key out.
        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: Key.self)
            try values.encode(release, forKey: .release)
            try values.encode(moduleLayoutCRC, forKey: .moduleLayoutCRC)
            try values.encode(vermagic, forKey: .vermagic)
            try values.encode(modules, forKey: .modules)
        }
    }

    var schema: String
    var name: String
    var version: String
    var arch: String
    var sourceDigest: String
    var kernels: [Kernel]
    var certificate: String?
    var compiler: String
    var createdBy: String

    enum Key: String, CodingKey {
        case schema, name, version, arch, sourceDigest, kernels, certificate, compiler, createdBy
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(schema, forKey: .schema)
        try values.encode(name, forKey: .name)
        try values.encode(version, forKey: .version)
        try values.encode(arch, forKey: .arch)
        try values.encode(sourceDigest, forKey: .sourceDigest)
        try values.encode(kernels, forKey: .kernels)
        try values.encode(certificate, forKey: .certificate)
        try values.encode(compiler, forKey: .compiler)
        try values.encode(createdBy, forKey: .createdBy)
    }

    init(_ manifest: BundleManifest) {
        schema = BundleManifest.schema
        name = manifest.name
        version = manifest.version
        arch = manifest.arch
        sourceDigest = manifest.sourceDigest
        certificate = manifest.certificate
        compiler = manifest.compiler
        createdBy = manifest.createdBy
        kernels = manifest.kernels.map { kernel in
            Kernel(
                release: kernel.release, moduleLayoutCRC: kernel.moduleLayoutCRC.map(SymbolCRC.text),
                vermagic: kernel.vermagic,
                modules: kernel.modules.map {
                    Module(
                        file: $0.file, sha256: $0.sha256, destination: $0.destination,
                        symbols: $0.symbols.mapValues(SymbolCRC.text))
                })
        }
    }

    func manifest() throws(Diagnostic) -> BundleManifest {
        var result = BundleManifest(
            name: name, version: version, arch: arch, sourceDigest: sourceDigest, kernels: [],
            certificate: certificate, compiler: compiler, createdBy: createdBy)
        for kernel in kernels {
            var modules: [BundleManifest.Module] = []
            for module in kernel.modules {
                var symbols: [String: UInt32] = [:]
                for (symbol, text) in module.symbols { symbols[symbol] = try Self.crc(text) }
                modules.append(
                    BundleManifest.Module(
                        file: module.file, sha256: module.sha256, destination: module.destination,
                        symbols: symbols))
            }
            var layout: UInt32?
            if let text = kernel.moduleLayoutCRC { layout = try Self.crc(text) }
            result.kernels.append(
                BundleManifest.Kernel(
                    release: kernel.release, moduleLayoutCRC: layout, vermagic: kernel.vermagic,
                    modules: modules))
        }
        return result
    }

    private static func crc(_ text: String) throws(Diagnostic) -> UInt32 {
        guard let crc = SymbolCRC.parse(text) else { throw BundleManifest.bad("\(text) is no symbol CRC") }
        return crc
    }
}

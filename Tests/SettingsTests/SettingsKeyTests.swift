import FoundationEssentials
import Settings
import Streams
import SystemPackage
import Testing

/// The keys that the reader knows, those of the schema for editors, and those of the documentation are the same.
@Suite struct SettingsKeyTests {
    private static let docs = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent().appending("docs")

    /// A JSON schema as far as keys go.
    private final class Schema: Decodable {
        let properties: [String: Schema]?
        let items: Schema?
        let additionalProperties: Additional?
        let description: String?
        /// The place of a definition that holds here.
        let reference: String?
        let definitions: [String: Schema]?

        enum CodingKeys: String, CodingKey {
            case properties, items, additionalProperties, description
            case reference = "$ref"
            case definitions = "$defs"
        }

        enum Additional: Decodable {
            case allowed(Bool)
            case like(Schema)

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let allowed = try? container.decode(Bool.self) {
                    self = .allowed(allowed)
                } else {
                    self = .like(try container.decode(Schema.self))
                }
            }
        }

        /// The keys, where no others are taken.
        var keys: [String]? {
            if case .allowed(false) = additionalProperties { properties?.keys.sorted() } else { nil }
        }
    }

    private let schema: Schema
    private let text: String

    init() throws {
        let bytes = try Files.read(Self.docs.pushing("json/mkdkms.yaml.schema.json"))
        schema = try JSONDecoder().decode(Schema.self, from: Data(bytes))
        text = try Files.readText(Self.docs.appending("settings.md"))
    }

    @Test func schemaAndReaderKnowTheSameKeys() throws {
        #expect(schema.keys == SettingsKey.all.map(\.name).sorted())
        let entry = try #require(schema.properties?["changelog"]?.items)
        #expect(entry.keys == SettingsKey.ofChangelog.sorted())
        for format in ["deb", "rpm"] {
            let relations = try #require(schema.properties?[format])
            let kinds = PackageKind.allCases.map(\.rawValue)
            #expect(relations.keys == (SettingsKey.ofRelations + kinds).sorted())
            for kind in kinds {
                let name = relations.properties?[kind]?.reference?.split(separator: "/").last.map(String.init)
                #expect(schema.definitions?[name ?? ""]?.keys == SettingsKey.ofRelations.sorted(), "\(kind)")
            }
        }
        let file = try #require(schema.properties?["files"]?.items)
        #expect(file.keys == SettingsKey.ofFile.sorted())
        guard case .like(let target) = file.properties?["per-target"]?.additionalProperties else {
            Issue.record("per-target has no schema of its values")
            return
        }
        #expect(target.keys == SettingsKey.ofTarget.sorted())
    }

    @Test func everyKeyIsExplained() {
        let explained = Set(text.matches(of: /\n\| `([a-z\-]+)` \|/).map { String($0.1) })
        let roles = PayloadFile.Role.allCases.map(\.rawValue)
        let known =
            SettingsKey.all.map(\.name) + SettingsKey.ofChangelog + SettingsKey.ofRelations
            + SettingsKey.ofFile
            + SettingsKey.ofTarget + roles + PackageKind.allCases.map(\.rawValue)
        // Those of the options' table, and those that a section of their own explains.
        let sections = Set(["deb", "rpm", "files"])
        #expect(Set(known).subtracting(sections).subtracting(explained).isEmpty)
        #expect(explained.subtracting(known).isEmpty)
        for section in sections { #expect(text.contains("`\(section)`")) }
    }

    @Test func everyKeyOfTheSchemaIsDescribed() {
        for (name, key) in schema.properties ?? [:] { #expect(key.description?.isEmpty == false, "\(name)") }
    }

}

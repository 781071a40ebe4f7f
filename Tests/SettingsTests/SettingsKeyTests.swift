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
            #expect(relations.keys == (SettingsKey.ofRelations + ["common"]).sorted())
            #expect(relations.properties?["common"]?.keys == SettingsKey.ofRelations.sorted())
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
            + SettingsKey.ofTarget + roles + ["common"]
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

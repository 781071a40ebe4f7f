import Diagnostics
import FoundationEssentials
import Terminal

/// One JSON document on stdout: keys sorted, `schema` and `diagnostics` beside the verb's own.
enum JSONOutput {
    static func print(_ body: any Encodable, schema: String, diagnostics: [Diagnostic]) throws(Diagnostic) {
        let document = try bytes(body, schema: schema, diagnostics: diagnostics)
        try Output.standardOutput(String(decoding: document, as: UTF8.self))
    }

    /// A document to be kept in a file.
    static func bytes(
        _ body: any Encodable, schema: String, diagnostics: [Diagnostic] = []
    ) throws(Diagnostic) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            let document = Document(
                schema: "mkdkms.\(schema)/1", body: body, diagnostics: diagnostics.map(Message.init))
            return Array(try encoder.encode(document)) + [UInt8(ascii: "\n")]
        } catch {
            throw .error("json-failed", "the \(schema) document cannot be written: \(error)")
        }
    }

    private struct Document: Encodable {
        let schema: String
        let body: any Encodable
        let diagnostics: [Message]

        enum Keys: CodingKey { case schema, diagnostics }

        func encode(to encoder: any Encoder) throws {
            try body.encode(to: encoder)
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(schema, forKey: .schema)
            if !diagnostics.isEmpty { try container.encode(diagnostics, forKey: .diagnostics) }
        }
    }

    /// A diagnostic as every document has it.
    struct Message: Encodable, Sendable {
        let severity: String
        let code: String
        let message: String
        let hint: OrNull<String>
        let file: OrNull<String>
        let line: OrNull<Int>
        /// Absent where there are none.
        let related: [Message]?

        init(_ diagnostic: Diagnostic) {
            severity = diagnostic.severity.rawValue
            code = diagnostic.code.name
            message = diagnostic.message
            hint = OrNull(diagnostic.hint)
            file = OrNull(diagnostic.location?.file)
            line = OrNull(diagnostic.location?.line)
            related = diagnostic.related.isEmpty ? nil : diagnostic.related.map(Message.init)
        }
    }
}

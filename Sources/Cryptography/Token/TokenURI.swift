package import Diagnostics
import Streams
import SystemPackage

/// Which key of which token is meant, and how it is reached: a PKCS #11 URI (RFC 7512).
package struct TokenURI: Hashable, Sendable {
    /// What the token calls itself; nil where any will do.
    var token, manufacturer, model, serial: [UInt8]?
    var slot: UInt?
    /// The key's CKA_LABEL and CKA_ID; nil where any will do.
    var object, id: [UInt8]?
    /// The library that speaks to the token.
    var modulePath: String?
    private var pin: PINSource?
    /// What messages call the key; see ``name(of:)``.
    let name: String

    private enum PINSource: Hashable, Sendable {
        case value([UInt8])
        case file(FilePath)
    }

    /// Of RFC 7512 section 2.3, what stands in front of the query.
    private static let pathAttributes: Set<Substring> = [
        "token", "manufacturer", "serial", "model", "library-manufacturer", "library-version",
        "library-description", "object", "type", "id", "slot-description", "slot-manufacturer", "slot-id",
    ]

    /// What messages call the key of such a URI, good or not; a path stays as it is.
    ///
    /// It has the attributes by which a key is found and nothing else: a PIN may be in the query or, by a slip, before it.
    package static func name(of key: String) -> String {
        guard KeyName.isOnToken(key) else { return key }
        let attributes = key.dropFirst(KeyName.tokenScheme.count).prefix { $0 != "?" }.split(separator: ";")
        let told = attributes.filter { attribute in
            pathAttributes.contains(attribute.prefix { $0 != "=" }) && !attribute.contains("pin-value")
        }
        return KeyName.tokenScheme + told.joined(separator: ";")
    }

    /// - Throws: `bad-token-uri`, for attributes that RFC 7512 doesn't know too: what can't be compared must not match.
    package init(_ text: String) throws(Diagnostic) {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        name = Self.name(of: text)
        guard KeyName.isOnToken(text) else {
            throw Self.fault("the URI", "it doesn't begin with \(KeyName.tokenScheme)")
        }
        var seen: Set<Substring> = []
        for attribute in parts[0].dropFirst(KeyName.tokenScheme.count).split(separator: ";") {
            let (key, value) = try Self.pair(attribute, name)
            guard seen.insert(key).inserted else { throw Self.fault(name, "it has \(key) twice") }
            switch key {
            case "token": token = value
            case "manufacturer": manufacturer = value
            case "model": model = value
            case "serial": serial = value
            case "object": object = value
            case "id": id = value
            case "slot-id":
                guard let number = UInt(String(decoding: value, as: UTF8.self)) else {
                    throw Self.fault(name, "its slot-id is no number")
                }
                slot = number
            case "type":
                guard String(decoding: value, as: UTF8.self) == "private" else {
                    throw Self.fault(name, "its type is not private, and no other key signs")
                }
            case "pin-value", "pin-source", "module-path":
                throw Self.fault(name, "\(key) has to stand behind a ?")
            default: throw Self.fault(name, "\(key) is no attribute by which a key is found here")
            }
        }
        guard parts.count > 1 else { return }
        for attribute in parts[1].split(separator: "&") {
            let (key, value) = try Self.pair(attribute, name)
            // Others of the query are a vendor's own, which may be passed over.
            guard ["pin-value", "pin-source", "module-path"].contains(key) else { continue }
            guard seen.insert(key).inserted else { throw Self.fault(name, "it has \(key) twice") }
            switch key {
            case "pin-value": pin = .value(value)
            case "pin-source": pin = .file(try Self.file(String(decoding: value, as: UTF8.self), name))
            default: modulePath = String(decoding: value, as: UTF8.self)
            }
        }
        if seen.isSuperset(of: ["pin-value", "pin-source"]) {
            throw Self.fault(name, "it has both pin-value and pin-source")
        }
    }

    /// The PIN that the URI itself gives; the file of pin-source is read at this moment, up to its first end of line.
    ///
    /// - Throws: `file-error`.
    func ownPIN() throws(Diagnostic) -> [UInt8]? {
        switch pin {
        case nil: nil
        case .value(let bytes): bytes
        case .file(let path): Array(try Files.read(path).prefix { $0 != UInt8(ascii: "\n") })
        }
    }

    private static func file(_ text: String, _ name: String) throws(Diagnostic) -> FilePath {
        let path = text.hasPrefix("file:") ? text.dropFirst("file:".count) : Substring(text)
        // RFC 8089 has an empty host, too.
        let plain = path.hasPrefix("///") ? path.dropFirst(2) : path
        guard plain.hasPrefix("/"), !plain.hasPrefix("//") else {
            throw fault(name, "its pin-source is no file: of an absolute path")
        }
        return FilePath(String(plain))
    }

    private static func pair(
        _ attribute: Substring, _ name: String
    ) throws(Diagnostic) -> (Substring, [UInt8]) {
        guard let sign = attribute.firstIndex(of: "=") else {
            throw fault(name, "an attribute of it has no value")
        }
        let key = attribute[..<sign]
        let text = attribute[attribute.index(after: sign)...]
        // Behind a wrong separator it would become part of a path or a label, which messages have.
        guard key == "pin-value" || !text.contains("pin-value=") else {
            throw fault(name, "pin-value has to stand behind a ? or, after other attributes there, a &")
        }
        guard let value = decoded(text) else {
            throw fault(name, "the value of \(key) has a % without two hexadecimal digits")
        }
        guard !value.contains(0) || key == "id" else {
            throw fault(name, "the value of \(key) has a zero byte")
        }
        return (key, value)
    }

    /// The bytes with `%XX` resolved; nil where a `%` has no digits.
    private static func decoded(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return bytes
    }

    /// Text of an attribute, as in `Example%20key`.
    static func encoded(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            let character = Character(UnicodeScalar(byte))
            let isPlain = character.isASCII && (character.isLetter || character.isNumber)
            return isPlain || "-._~".contains(character) ? String(character) : "%" + Hex.string([byte])
        }.joined()
    }

    /// Never with the value of an attribute: one of them may be the PIN.
    private static func fault(_ name: String, _ reason: String) -> Diagnostic {
        .error(
            "bad-token-uri", "\(name) names no key of a token: \(reason)",
            hint:
                "give it as in pkcs11:token=LABEL;object=KEY, quoted from the shell; p11tool --list-all and "
                + "pkcs11-tool --list-objects print such URIs",
            status: .usage)
    }
}

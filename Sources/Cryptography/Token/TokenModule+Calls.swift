import CPkcs11
import Diagnostics

/// The calls of PKCS #11 2.40 section 5 that signing takes, with values of Swift; each throws `token-error`.
extension TokenModule {
    /// The slots with a token in them.
    func slots() throws(Diagnostic) -> [UInt] {
        var count: UInt = 0
        try unsafe demand("C_GetSlotList") { unsafe $0.C_GetSlotList?(1, nil, &count) }
        // One may be connected at this moment; and a number that no machine has slots for is none to make room for.
        var slots = [UInt](repeating: 0, count: Int(min(count, 4096)) + 8)
        count = UInt(slots.count)
        try unsafe demand("C_GetSlotList") { unsafe $0.C_GetSlotList?(1, &slots, &count) }
        return Array(slots.prefix(Int(clamping: count)))
    }

    /// Nil where the token has just gone, or is none that the library knows.
    func info(ofTokenIn slot: UInt) -> CK_TOKEN_INFO? {
        var info = CK_TOKEN_INFO()
        return unsafe outcome { unsafe $0.C_GetTokenInfo?(slot, &info) } == .ok ? info : nil
    }

    func openSession(_ slot: UInt) throws(Diagnostic) -> UInt {
        var session: UInt = 0
        try unsafe demand("C_OpenSession") {
            unsafe $0.C_OpenSession?(slot, Cryptoki.serialSession, nil, nil, &session)
        }
        return session
    }

    /// The token logs the user out with the program's last session.
    func close(_ session: UInt) {
        _ = unsafe outcome { unsafe $0.C_CloseSession?(session) }
    }

    /// Without a PIN the token asks for it itself.
    func logIn(_ session: UInt, as user: UInt, _ pin: [UInt8]?) -> Cryptoki.Outcome {
        unsafe outcome { unsafe $0.C_Login?(session, user, pin, UInt(pin?.count ?? 0)) }
    }

    /// The first private keys with these attributes, 64 at most.
    func privateKeys(_ session: UInt, label: [UInt8]?, id: [UInt8]?) throws(Diagnostic) -> [UInt] {
        // Their bytes stay where they are until the search is begun: the list points at them.
        var (kind, labelBytes, idBytes) = (Cryptoki.privateKey, label ?? [], id ?? [])
        try unsafe demand("C_FindObjectsInit") { functions in
            unsafe withUnsafeMutableBytes(of: &kind) { kind in
                unsafe labelBytes.withUnsafeMutableBytes { labelBytes in
                    unsafe idBytes.withUnsafeMutableBytes { idBytes in
                        var list = unsafe [Self.attribute(Cryptoki.attributeClass, kind)]
                        if label != nil {
                            unsafe list.append(Self.attribute(Cryptoki.attributeLabel, labelBytes))
                        }
                        if id != nil { unsafe list.append(Self.attribute(Cryptoki.attributeID, idBytes)) }
                        return unsafe functions.C_FindObjectsInit?(session, list, UInt(list.count))
                    }
                }
            }
        }
        defer { _ = unsafe outcome { unsafe $0.C_FindObjectsFinal?(session) } }
        var found = [UInt](repeating: 0, count: 64)
        var count: UInt = 0
        try unsafe demand("C_FindObjects") {
            unsafe $0.C_FindObjects?(session, &found, UInt(found.count), &count)
        }
        return Array(found.prefix(Int(clamping: count)))
    }

    /// An attribute of up to 256 bytes; nil where the object has none or keeps it to itself.
    func attribute(_ type: UInt, of object: UInt, _ session: UInt) -> [UInt8]? {
        var value = [UInt8](repeating: 0, count: 256)
        var count: UInt = 0
        let outcome = unsafe outcome { functions in
            unsafe value.withUnsafeMutableBytes { room in
                var asked = unsafe Self.attribute(type, room)
                let number = unsafe functions.C_GetAttributeValue?(session, object, &asked, 1)
                unsafe count = asked.ulValueLen
                return number
            }
        }
        return outcome == .ok ? Array(value.prefix(Int(clamping: count))) : nil
    }

    /// An attribute that is a number.
    func number(_ type: UInt, of object: UInt, _ session: UInt) -> UInt? {
        guard let bytes = attribute(type, of: object, session), bytes.count == MemoryLayout<UInt>.size else {
            return nil
        }
        return unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(as: UInt.self) }
    }

    func beginSigning(_ session: UInt, _ key: UInt, _ mechanism: UInt) throws(Diagnostic) {
        try unsafe demand("C_SignInit") {
            var mechanism = unsafe CK_MECHANISM(mechanism: mechanism, pParameter: nil, ulParameterLen: 0)
            return unsafe $0.C_SignInit?(session, &mechanism, key)
        }
    }

    func sign(_ session: UInt, _ data: [UInt8]) throws(Diagnostic) -> [UInt8] {
        // As long as that of RSA with 16384 bits.
        var signature = [UInt8](repeating: 0, count: 2048)
        var count = UInt(signature.count)
        try unsafe demand("C_Sign") { unsafe $0.C_Sign?(session, data, UInt(data.count), &signature, &count) }
        return Array(signature.prefix(Int(clamping: count)))
    }

    private static func attribute(_ type: UInt, _ value: UnsafeMutableRawBufferPointer) -> CK_ATTRIBUTE {
        unsafe CK_ATTRIBUTE(type: type, pValue: value.baseAddress, ulValueLen: UInt(value.count))
    }
}
